/** IEEE half-precision numbers (1 sign, 5 exponent, 10 fraction bits), exactly. */
export function fromFloat16(bits: Uint16Array): Float32Array {
  const values = new Float32Array(bits.length);
  for (let i = 0; i < bits.length; i++) {
    const exponent = (bits[i]! >> 10) & 31;
    const fraction = bits[i]! & 1023;
    let magnitude = (1024 + fraction) * SCALES[exponent]!;
    if (exponent === 0) magnitude = fraction * SCALES[1]!;
    if (exponent === 31) magnitude = fraction === 0 ? Infinity : NaN;
    values[i] = bits[i]! & 0x8000 ? -magnitude : magnitude;
  }
  return values;
}

/** bfloat16 numbers: the upper halves of float32. */
export function fromBfloat16(bits: Uint16Array): Float32Array {
  const wide = new Uint32Array(bits.length);
  for (let i = 0; i < bits.length; i++) wide[i] = bits[i]! << 16;
  return new Float32Array(wide.buffer);
}

/** What ten bits of fraction and the leading one are multiplied by, per exponent. */
const SCALES = Float64Array.from({ length: 32 }, (_, exponent) => 2 ** (exponent - 25));
