const utf8 = new TextEncoder();

/**
 * Writes the subset of the protocol-buffer wire format that ONNX needs: varints, 32-bit floats, and
 * length-delimited fields. See https://protobuf.dev/programming-guides/encoding.
 */
export class ProtobufWriter {
  private readonly chunks: Uint8Array[] = [];
  private length = 0;

  /** A non-negative or negative integer, as int32, int64 or enum fields take it. */
  integer(field: number, value: number): this {
    return this.varint(field * 8).varint(value);
  }

  float(field: number, value: number): this {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, value, true);
    return this.varint(field * 8 + 5).raw(bytes);
  }

  bytes(field: number, value: Uint8Array): this {
    return this.varint(field * 8 + 2)
      .varint(value.byteLength)
      .raw(value);
  }

  string(field: number, value: string): this {
    return this.bytes(field, utf8.encode(value));
  }

  /** An embedded message, written by `fill`. */
  message(field: number, fill: (writer: ProtobufWriter) => void): this {
    const inner = new ProtobufWriter();
    fill(inner);
    this.varint(field * 8 + 2).varint(inner.length);
    for (const chunk of inner.chunks) this.chunks.push(chunk);
    this.length += inner.length;
    return this;
  }

  finish(): Uint8Array {
    const result = new Uint8Array(this.length);
    let offset = 0;
    for (const chunk of this.chunks) {
      result.set(chunk, offset);
      offset += chunk.byteLength;
    }
    return result;
  }

  private varint(value: number): this {
    if (value >= 0 && value < 128) return this.raw(Uint8Array.of(value));
    const bytes: number[] = [];
    let rest = BigInt.asUintN(64, BigInt(value));
    while (rest > 127n) {
      bytes.push(Number(rest & 127n) | 128);
      rest >>= 7n;
    }
    bytes.push(Number(rest));
    return this.raw(Uint8Array.from(bytes));
  }

  private raw(bytes: Uint8Array): this {
    this.chunks.push(bytes);
    this.length += bytes.byteLength;
    return this;
  }
}
