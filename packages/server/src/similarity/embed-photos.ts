import { VitrineError } from '@vitrine/models';
import type { Embedding, Problem } from './embeddings.js';
import type { Encoder } from './encoder.js';

export interface Photos {
  /** @throws VitrineError `blob.unknown`, `blob.corrupt` */
  read(hash: string): Promise<Buffer>;
}

/** Photos read and asked for at the same time: enough to fill a batch while two others run. */
const AT_ONCE = 96;

/**
 * Vectors of photos; those that can't be read or understood get the reason instead.
 * @throws what is no photo's fault: a database or store that doesn't answer, a model that can't be started again
 */
export async function embedPhotos(
  encoder: Pick<Encoder, 'embed'>,
  photos: Photos,
  images: readonly string[],
): Promise<Embedding[]> {
  const made: Embedding[] = [];
  const suspects: string[] = [];
  const queue = [...images];
  const work = async () => {
    for (let image = queue.pop(); image !== undefined; image = queue.pop()) {
      const result = await embedOne(encoder, photos, image);
      if (result === 'crashed') suspects.push(image);
      else made.push(result);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  // A photo that ends the model's thread takes others of its batch with it: alone, the culprit shows itself.
  for (const image of suspects) {
    const result = await embedOne(encoder, photos, image);
    made.push(result === 'crashed' ? { image, problem: culprit } : result);
  }
  return made;
}

const culprit: Problem = {
  code: 'model.crashed',
  message: 'The model stopped while it looked at this photo; replace the photo.',
};

async function embedOne(
  encoder: Pick<Encoder, 'embed'>,
  photos: Photos,
  image: string,
): Promise<Embedding | 'crashed'> {
  try {
    return { image, vector: await encoder.embed(await photos.read(image)) };
  } catch (error) {
    if (!(error instanceof VitrineError)) throw error;
    if (error.code === 'model.crashed') return 'crashed';
    const isPhotos = error.status === 422 || /^blob\.(unknown|corrupt)$/.test(error.code);
    if (!isPhotos) throw error;
    return { image, problem: { code: error.code, message: error.message } };
  }
}
