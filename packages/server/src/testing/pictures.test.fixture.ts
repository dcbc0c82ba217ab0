import { deflateSync } from 'node:zlib';
import sharp from 'sharp';

/** A picture with a dark left half and a light right half. */
export function halves(width = 64, height = 32) {
  const left = { create: { width: width / 2, height, channels: 3 as const, background: '#101010' } };
  return sharp({ create: { width, height, channels: 3, background: '#f0f0f0' } })
    .composite([{ input: left, left: 0, top: 0 }])
    .png()
    .toBuffer()
    .then((bytes) => sharp(bytes));
}

/** A PNG of 16,384 × 16,384 pixels in a few hundred kilobytes: its rows are all zero. */
export function bomb(side = 16_384): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([1, 0, 0, 0, 0], 8);
  const rows = deflateSync(Buffer.alloc(side * (1 + side / 8)), { level: 9 });
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', rows),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([size, body, sum]);
}

/** CRC-32 as PNG's Annex D defines it. */
function crc32(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

export const scriptedSvg = Buffer.from(
  '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><script>alert(1)</script></svg>',
);
