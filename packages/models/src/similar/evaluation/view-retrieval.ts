import { augmentPicture, createRandom } from '@vitrine/grad';
import { type PictureSpec, pictureSize } from '../../pictures/picture.js';
import { product, transposed } from '../algebra/matrix.js';
import type { SimilarPlan } from '../config.js';
import type { Encoder } from '../encoder.js';

const VIEWS = 2;

/**
 * How often the vector of one varied view of a picture has that of the other view of the same picture nearest to it,
 * among two views of every picture. It needs no categories, and says whether single products are told apart; not
 * whether products of a kind find each other.
 */
export async function viewAccuracy(
  encoder: Encoder,
  pictures: readonly Uint8Array[],
  { spec, augmentation, seed }: { spec: PictureSpec; augmentation: SimilarPlan['augmentation']; seed: number },
): Promise<number> {
  const size = pictureSize(spec);
  const views = new Float32Array(pictures.length * VIEWS * size);
  for (const [i, pixels] of pictures.entries()) {
    const random = createRandom(seed, `views of ${i}`);
    for (let view = 0; view < VIEWS; view++) {
      const at = (i * VIEWS + view) * size;
      augmentPicture({ ...spec, pixels }, spec, augmentation, random, views.subarray(at, at + size));
    }
  }
  const all = { rows: pictures.length * VIEWS, columns: encoder.dimension, data: await encoder.embedNormalised(views) };
  const likeness = (await product(all, transposed(all))).data;
  let found = 0;
  for (let view = 0; view < all.rows; view++) {
    const other = view % VIEWS === 0 ? view + 1 : view - 1;
    const score = likeness[view * all.rows + other]!;
    const nearer = likeness.subarray(view * all.rows, (view + 1) * all.rows).findIndex((value, i) => {
      return i !== view && i !== other && value >= score;
    });
    if (nearer < 0) found++;
  }
  return found / Math.max(1, all.rows);
}
