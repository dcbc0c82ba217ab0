import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GradError } from '../errors.js';
import { decodeSafetensors, encodeSafetensors, type StoredArray } from './safetensors.js';

const arrays = fc.dictionary(
  fc.string({ minLength: 1 }).filter((name) => name !== '__metadata__' && name !== '__proto__'),
  fc.oneof(fc.float32Array({ noNaN: true }), fc.int32Array(), fc.bigInt64Array(), fc.uint8Array()),
);

const whole = (file: Iterable<Uint8Array>) => Buffer.concat([...file]);

describe('safetensors', () => {
  it('gives back what was written, whatever the names and types', () => {
    fc.assert(
      fc.property(arrays, fc.dictionary(fc.string(), fc.string()), (members, metadata) => {
        const entries = Object.entries(members).map(([name, data]): [string, StoredArray] => [
          name,
          { shape: [data.length], data },
        ]);
        const read = decodeSafetensors(whole(encodeSafetensors(entries, metadata)));
        expect(Object.fromEntries(read.arrays)).toEqual(Object.fromEntries(entries));
        expect({ ...read.metadata }).toEqual({ ...metadata });
      }),
    );
  });

  it('is laid out as the format says', () => {
    const file = whole(encodeSafetensors([['a', { shape: [1, 2], data: Float32Array.of(1, -2) }]]));
    const length = Number(file.readBigUInt64LE(0));
    expect(length % 8).toBe(0);
    expect(JSON.parse(file.subarray(8, 8 + length).toString())).toEqual({
      __metadata__: {},
      a: { dtype: 'F32', shape: [1, 2], data_offsets: [0, 8] },
    });
    expect([file.readFloatLE(8 + length), file.readFloatLE(12 + length)]).toEqual([1, -2]);
  });

  it('refuses every file cut short or with bytes added', () => {
    const file = whole(encodeSafetensors([['a', { shape: [4], data: Float32Array.of(1, 2, 3, 4) }]], { note: 'x' }));
    for (let length = 0; length < file.length; length++) {
      expect(() => decodeSafetensors(file.subarray(0, length)), `${length} bytes`).toThrow(GradError);
    }
    expect(() => decodeSafetensors(Buffer.concat([file, Buffer.of(0)]))).toThrow('bytes instead of');
  });

  it('refuses any damage to the header with a typed error, or reads it as something well formed', () => {
    const file = whole(encodeSafetensors([['a', { shape: [4], data: Float32Array.of(1, 2, 3, 4) }]]));
    fc.assert(
      fc.property(fc.nat(file.length - 17), fc.nat(255), (at, value) => {
        const broken = Buffer.from(file);
        broken[at] = value;
        try {
          decodeSafetensors(broken);
        } catch (error) {
          expect(error).toBeInstanceOf(GradError);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('names a type it cannot hold', () => {
    const header = JSON.stringify({ a: { dtype: 'F8_E4M3', shape: [2], data_offsets: [0, 2] } });
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(header.length));
    expect(() => decodeSafetensors(Buffer.concat([length, Buffer.from(header), Buffer.alloc(2)]))).toThrow('F8_E4M3');
  });
});

describe('numbers of other widths', () => {
  const file = (entries: Record<string, unknown>, data: Buffer) => {
    const header = JSON.stringify(entries);
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(header.length));
    return Buffer.concat([length, Buffer.from(header), data]);
  };
  const numbers = (dtype: string, data: Buffer, count: number) =>
    decodeSafetensors(file({ a: { dtype, shape: [count], data_offsets: [0, data.length] } }, data)).arrays.get('a')!
      .data;

  it('in half precision are read exactly, subnormal and infinite ones too', () => {
    const bits = [0x3c00, 0xc000, 0x3555, 0x0001, 0x03ff, 0x8000, 0x7bff, 0x7c00, 0xfc00, 0x7e00];
    const values = [1, -2, 0.333251953125, 2 ** -24, 1023 * 2 ** -24, -0, 65504, Infinity, -Infinity, NaN];
    expect([...numbers('F16', Buffer.from(Uint16Array.from(bits).buffer), bits.length)]).toEqual(values);
  });

  it('in bfloat16 are read exactly', () => {
    const bits = [0x3f80, 0xc000, 0x3eab, 0x7f80, 0x0001];
    const values = [1, -2, 0.333984375, Infinity, 2 ** -133];
    expect([...numbers('BF16', Buffer.from(Uint16Array.from(bits).buffer), bits.length)]).toEqual(values);
  });

  it('in double precision are rounded to single', () => {
    expect([...numbers('F64', Buffer.from(Float64Array.of(0.1, -3).buffer), 2)]).toEqual([Math.fround(0.1), -3]);
  });

  it('may not overlap, so that a small file cannot fill the memory', () => {
    const entries = Object.fromEntries(
      Array.from({ length: 1000 }, (_, i) => [`a${i}`, { dtype: 'F32', shape: [1000], data_offsets: [0, 4000] }]),
    );
    expect(() => decodeSafetensors(file(entries, Buffer.alloc(4000)))).toThrow('overlaps');
  });
});
