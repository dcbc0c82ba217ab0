import { describe, expect, it } from 'vitest';
import { ProtobufWriter } from './protobuf.js';

const bytes = (fill: (writer: ProtobufWriter) => ProtobufWriter) => [...fill(new ProtobufWriter()).finish()];

describe('the protocol-buffer writer', () => {
  it('writes the examples of the specification', () => {
    expect(bytes((w) => w.integer(1, 150))).toEqual([0x08, 0x96, 0x01]);
    expect(bytes((w) => w.string(2, 'testing'))).toEqual([0x12, 7, ...Buffer.from('testing')]);
    expect(bytes((w) => w.message(3, (inner) => inner.integer(1, 150)))).toEqual([0x1a, 3, 0x08, 0x96, 0x01]);
    expect(bytes((w) => w.integer(1, -2))).toEqual([0x08, 0xfe, ...new Array<number>(8).fill(0xff), 0x01]);
  });

  it('writes floats as four little-endian bytes and fields above 15 with two-byte keys', () => {
    expect(bytes((w) => w.float(2, 1))).toEqual([0x15, 0, 0, 0x80, 0x3f]);
    expect(bytes((w) => w.integer(20, 7))).toEqual([0xa0, 0x01, 7]);
  });

  it('counts characters outside ASCII in bytes', () => {
    expect(bytes((w) => w.string(1, 'é'))).toEqual([0x0a, 2, 0xc3, 0xa9]);
  });
});
