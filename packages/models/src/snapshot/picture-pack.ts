import { createHash } from 'node:crypto';
import type { Picture } from './example.js';
import type { HashedFile } from './files.js';
import type { Fingerprint } from './fingerprint.js';
import type { PackedImage } from './manifest.js';
import { inspectPicture } from './picture.js';

export interface LoadedPicture {
  kind: Picture['kind'];
  bytes: Buffer;
  width: number;
  height: number;
  fingerprint?: Fingerprint;
}

/** Reads and checks a picture; throws a `DataError` `data.image.…` when it can't be used. */
export async function loadPicture(picture: Picture): Promise<LoadedPicture> {
  if (picture.kind === 'gray8') return picture;
  const bytes = await picture.load();
  return { kind: 'encoded', bytes, ...(await inspectPicture(bytes)) };
}

/** Appends pictures to `images.pack`, each different one once. */
export class PicturePack {
  readonly #packed = new Map<string, PackedImage>();

  constructor(readonly file: HashedFile) {}

  async add({ kind, bytes, width, height }: LoadedPicture): Promise<PackedImage> {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    // The same bytes under another shape are another picture.
    const key = kind === 'gray8' ? `${sha256}/${width}` : sha256;
    const known = this.#packed.get(key);
    if (known) return known;
    const packed: PackedImage = { offset: this.file.size, length: bytes.length, sha256, kind, width, height };
    this.#packed.set(key, packed);
    await this.file.write(bytes);
    return packed;
  }
}
