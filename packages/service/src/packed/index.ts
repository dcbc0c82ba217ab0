import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { openSimilar } from '@vitrine/models';
import type { Catalogue, Neighbour } from './catalogue.js';

export { Catalogue, CatalogueError, type Neighbour, type Product, readCatalogue } from './catalogue.js';

/** A photo: the bytes of a JPEG, PNG, WebP, … file, or the path of one. */
export type Photo = Uint8Array | string;

/** What became of one photo of several. */
export type Embedded =
  | { readonly ok: true; readonly vector: Float32Array }
  | { readonly ok: false; readonly error: { readonly code: string; readonly message: string } };

/** A photo that cannot be used; `code` for programs, `message` says what to do. */
export class PhotoError extends Error {
  readonly status: number = 422;
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

let opened: ReturnType<typeof openSimilar> | undefined;

function open(): ReturnType<typeof openSimilar> {
  opened ??= openSimilar(fileURLToPath(new URL('./model/', import.meta.url)), { threads: 2 });
  return opened;
}

/** Loads the model, which the first photo would do else. @throws Error when a file of the package is missing or changed. */
export async function warmUp(): Promise<void> {
  await open();
}

/**
 * The vectors of photos, each of length 1, in their order. A photo that cannot be read does not keep the others from theirs.
 * @throws Error when a file of the package is missing or changed, or a path cannot be read.
 */
export async function embedAll(photos: readonly Photo[]): Promise<Embedded[]> {
  const model = await open();
  const inputs = await Promise.all(
    photos.map(async (photo) => ({ image: typeof photo === 'string' ? await readFile(photo) : photo })),
  );
  const results = await model.predict(inputs);
  return results.map((result) =>
    result.ok ? { ok: true, vector: Float32Array.from(result.output.vector) } : { ok: false, error: result.error },
  );
}

/**
 * The vector of a photo, of length 1: the dot product of two is the cosine of their angle, the larger the more alike.
 * @throws PhotoError when the photo cannot be read.
 */
export async function embed(photo: Photo): Promise<Float32Array> {
  const [result] = await embedAll([photo]);
  if (result?.ok) return result.vector;
  throw new PhotoError(result?.error.code ?? 'input.empty', result?.error.message ?? 'There is no photo; give one.');
}

/**
 * The products of a catalogue that look most like a photo (or lie nearest to its vector), best first.
 * @throws PhotoError when the photo cannot be read, CatalogueError when the vector is of another model.
 */
export async function neighbours(
  query: Photo | Float32Array,
  catalogue: Catalogue,
  { limit = 10 }: { readonly limit?: number } = {},
): Promise<Neighbour[]> {
  const vector = query instanceof Float32Array ? query : await embed(query);
  return catalogue.nearest(vector, limit);
}

/** Frees the model's memory; the next photo loads it again. */
export async function close(): Promise<void> {
  const model = await opened;
  opened = undefined;
  await model?.close();
}
