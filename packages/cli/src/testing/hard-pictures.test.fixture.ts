import { execFileSync } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';

const RED = { r: 200, g: 40, b: 40 };
const BLUE = { r: 40, g: 40, b: 200 };
/** As large as the tests' network sees them: scaled, a picture and the same one turned would differ by more. */
const SIDE = 16;

/** A square of two colours, one above the other: which is above, only an upright picture tells. */
export function twoColours(above: 'red' | 'blue', side = SIDE): Sharp {
  const [top, bottom] = above === 'red' ? [RED, BLUE] : [BLUE, RED];
  const half = { create: { width: side, height: side / 2, channels: 3 as const, background: bottom } };
  return sharp({ create: { width: side, height: side, channels: 3, background: top } })
    .composite([{ input: half, top: side / 2, left: 0 }])
    .png();
}

/** How the pixels of an upright picture are turned, for each EXIF orientation that turns them back. */
const TURNED: readonly ((upright: Sharp) => Sharp)[] = [
  (upright) => upright,
  (upright) => upright.flop(),
  (upright) => upright.rotate(180),
  (upright) => upright.flip(),
  (upright) => upright.rotate(270).flop(),
  (upright) => upright.rotate(270),
  (upright) => upright.rotate(90).flop(),
  (upright) => upright.rotate(90),
];

/** Files of pictures as shops have them, good and bad, in `folder`, all with red above blue where there is anything to see. */
export async function writeHardPictures(folder: string): Promise<void> {
  await mkdir(join(folder, 'folder.jpg'), { recursive: true });
  const put = (name: string, bytes: Buffer | string) => writeFile(join(folder, name), bytes);
  const upright = await twoColours('red').toBuffer();
  const jpeg = await sharp(
    await sharp(await noise())
      .composite([{ input: upright }])
      .toBuffer(),
  )
    .jpeg()
    .toBuffer();
  await put('still.png', upright);
  await put('still.webp', await sharp(upright).webp({ lossless: true }).toBuffer());
  for (const [index, turned] of TURNED.entries()) {
    const orientation = index + 1;
    const pixels = await turned(sharp(upright)).withMetadata({ orientation }).tiff().toBuffer();
    await put(`exif-${orientation}.tiff`, pixels);
    // Without loss of colour where the two meet, so that turning changes nothing.
    const sharpest = { quality: 100, chromaSubsampling: '4:4:4' };
    await put(`exif-${orientation}.jpg`, await sharp(pixels).withMetadata({ orientation }).jpeg(sharpest).toBuffer());
  }
  const frames = [upright, await twoColours('blue').toBuffer()];
  await put(
    'moving.gif',
    await sharp(frames, { join: { animated: true } })
      .gif()
      .toBuffer(),
  );
  await put(
    'moving.webp',
    await sharp(frames, { join: { animated: true } })
      .webp({ lossless: true })
      .toBuffer(),
  );
  await put('cmyk.jpg', await sharp(upright).toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer());
  await put('grey.jpg', await sharp(upright).toColourspace('b-w').jpeg().toBuffer());
  await put('ünï "quoted" $(id) 🧥, 1.png', upright);
  await put('cut.jpg', jpeg.subarray(0, jpeg.length / 2));
  await put('huge.png', hugePng(16_384));
  await put('text.jpg', 'this is no picture at all');
  await put('page.jpg', '<!doctype html><title>404</title>');
  await put('drawing.svg', '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>');
  await put('empty.jpg', '');
  await symlink('loop.jpg', join(folder, 'loop.jpg'));
  execFileSync('mkfifo', [join(folder, 'pipe.jpg')]);
}

/** Something that doesn't compress to nothing, so that half a file is half a picture. */
function noise(): Promise<Buffer> {
  const background = { r: 128, g: 128, b: 128 };
  const grain = { type: 'gaussian', mean: 128, sigma: 60 } as const;
  return sharp({ create: { width: 200, height: 200, channels: 3, background, noise: grain } })
    .png()
    .toBuffer();
}

/** A whole black PNG of `side` × `side` pixels, a bit each: small as a file, hundreds of megabytes as a photo. */
function hugePng(side: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header[8] = 1;
  const rows = deflateSync(Buffer.alloc(side * (1 + side / 8)), { level: 1 });
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const framed = Buffer.alloc(body.length + 8);
    framed.writeUInt32BE(data.length, 0);
    body.copy(framed, 4);
    framed.writeUInt32BE(crc32(body), body.length + 4);
    return framed;
  };
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', rows),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}
