import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodePicture } from './decode.js';
import type { PictureFrame } from './picture.js';

const FRAME: PictureFrame = { width: 16, height: 16, channels: 3, fit: 'contain' };
const RED = { r: 255, g: 0, b: 0 };
const BLUE = { r: 0, g: 0, b: 255 };

const decode = (bytes: Buffer, frame = FRAME) => decodePicture({ kind: 'encoded', bytes }, frame);

/** A picture whose upper half is red and whose lower half is blue. */
const halves = (width = 64, height = 64) =>
  sharp({ create: { width, height, channels: 3, background: RED } }).composite([
    { input: { create: { width, height: height / 2, channels: 3, background: BLUE } }, top: height / 2, left: 0 },
  ]);

/** The pixel at a place of a decoded picture, each channel rounded to 0, 128 or 255 so that compression does not matter. */
function pixel(picture: Uint8Array, x: number, y: number, { width, channels } = FRAME): number[] {
  const at = (y * width + x) * channels;
  return [...picture.subarray(at, at + channels)].map((value) => (value < 64 ? 0 : value > 192 ? 255 : 128));
}

describe('decodePicture', () => {
  it.each(['jpeg', 'png', 'webp', 'gif', 'tiff', 'avif'] as const)('reads %s', async (format) => {
    const picture = await decode(await halves().toFormat(format).toBuffer());
    expect(picture).toHaveLength(16 * 16 * 3);
    expect(pixel(picture, 8, 2)).toEqual([255, 0, 0]);
    expect(pixel(picture, 8, 13)).toEqual([0, 0, 255]);
  });

  it('turns photos upright by their EXIF orientation', async () => {
    const upsideDown = await halves().withMetadata({ orientation: 3 }).jpeg().toBuffer();
    expect(pixel(await decode(upsideDown), 8, 2)).toEqual([0, 0, 255]);
    const onItsSide = await halves(64, 32).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    const picture = await decode(onItsSide, { ...FRAME, fit: 'cover' });
    expect(pixel(picture, 2, 8)).toEqual([0, 0, 255]);
    expect(pixel(picture, 13, 8)).toEqual([255, 0, 0]);
  });

  it('puts transparency on white', async () => {
    const clear = sharp({ create: { width: 32, height: 32, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } } });
    for (const bytes of [await clear.clone().png().toBuffer(), await clear.clone().webp().toBuffer()]) {
      expect(pixel(await decode(bytes), 8, 8)).toEqual([255, 255, 255]);
    }
  });

  it('pads to the frame with white, or fills it', async () => {
    const wide = await halves(64, 32).png().toBuffer();
    expect(pixel(await decode(wide), 8, 1)).toEqual([255, 255, 255]);
    expect(pixel(await decode(wide, { ...FRAME, fit: 'cover' }), 8, 1)).toEqual([255, 0, 0]);
  });

  it('reads CMYK, grey and 16-bit pictures', async () => {
    const cmyk = await halves().toColourspace('cmyk').jpeg().toBuffer();
    expect((await sharp(cmyk).metadata()).space).toBe('cmyk');
    expect(pixel(await decode(cmyk), 8, 2)[0]).toBe(255);
    const grey = await sharp({ create: { width: 20, height: 20, channels: 3, background: { r: 250, g: 250, b: 250 } } })
      .toColourspace('b-w')
      .jpeg()
      .toBuffer();
    expect((await sharp(grey).metadata()).channels).toBe(1);
    expect(pixel(await decode(grey), 8, 8)).toEqual([255, 255, 255]);
    const deep = await halves().toColourspace('rgb16').png().toBuffer();
    expect(pixel(await decode(deep), 8, 2)).toEqual([255, 0, 0]);
  });

  it('gives one channel when the frame has one', async () => {
    const frame = { ...FRAME, channels: 1 } as const;
    const picture = await decode(await halves().png().toBuffer(), frame);
    expect(picture).toHaveLength(256);
  });

  it('takes the first frame of an animation', async () => {
    const frames = [RED, BLUE].map((background) => ({
      create: { width: 16, height: 16, channels: 3 as const, background },
    }));
    const pages = await Promise.all(frames.map((frame) => sharp(frame).png().toBuffer()));
    for (const format of ['gif', 'webp'] as const) {
      const animation = await sharp(pages, { join: { animated: true } })
        .toFormat(format)
        .toBuffer();
      expect((await sharp(animation).metadata()).pages).toBe(2);
      expect(pixel(await decode(animation), 8, 8)).toEqual([255, 0, 0]);
    }
  });

  it('takes small grey pictures byte for byte', async () => {
    const bytes = Buffer.from(Uint8Array.from({ length: 28 * 28 }, (_, i) => i % 256));
    const frame = { width: 28, height: 28, channels: 1, fit: 'contain' } as const;
    const picture = await decodePicture({ kind: 'gray8', bytes, width: 28, height: 28 }, frame);
    expect(createHash('sha256').update(picture).digest()).toEqual(createHash('sha256').update(bytes).digest());
    const enlarged = await decodePicture({ kind: 'gray8', bytes, width: 28, height: 28 }, FRAME);
    expect(enlarged).toHaveLength(16 * 16 * 3);
  });
});

describe('decodePicture refuses, saying what to do:', () => {
  it('a photo cut short', async () => {
    const whole = await sharp(Buffer.alloc(128 * 128 * 3, 7), { raw: { width: 128, height: 128, channels: 3 } })
      .composite([{ input: await halves(100, 100).png().toBuffer() }])
      .jpeg()
      .toBuffer();
    const cut = whole.subarray(0, whole.length - 200);
    await expect(decode(cut)).rejects.toMatchObject({ code: 'input.image', message: /Choose another file/ });
  });

  it.each([
    ['an empty file', Buffer.alloc(0), 'input.image'],
    ['text named .jpg', Buffer.from('this is no picture'), 'input.image'],
    [
      'SVG with a script',
      Buffer.from(' <svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>'),
      'input.image',
    ],
    ['HTML', Buffer.from('<!doctype html><p>not found'), 'input.image'],
    ['a grey picture of the wrong length', undefined, 'input.image'],
  ])('%s', async (_, bytes, code) => {
    const attempt = bytes
      ? decode(bytes)
      : decodePicture({ kind: 'gray8', bytes: Buffer.alloc(5), width: 28, height: 28 }, FRAME);
    await expect(attempt).rejects.toMatchObject({ code });
  });

  it('a picture of 16k × 16k, without decoding it', async () => {
    const huge = resized(await halves().png().toBuffer(), 16_384);
    expect((await sharp(huge, { limitInputPixels: false }).metadata()).width).toBe(16_384);
    await expect(decode(huge)).rejects.toMatchObject({ code: 'input.imageTooLarge', message: /16384 × 16384/ });
  });
});

/** A PNG whose header claims another size. */
function resized(png: Buffer, size: number): Buffer {
  const copy = Buffer.from(png);
  copy.writeUInt32BE(size, 16);
  copy.writeUInt32BE(size, 20);
  copy.writeUInt32BE(crc32(copy.subarray(12, 29)), 29);
  return copy;
}
