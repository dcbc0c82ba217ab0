import { asForm, createVitrineClient, unwrap, type VitrineClient } from '@vitrine/client';
import { CATEGORIES, generateProducts, renderProduct } from '@vitrine/sample-shop';

export const owner = { name: 'Owner', email: 'owner@example.com', password: 'a quiet long password' };

/** A client signed in as the owner, for what a test needs done before its journey begins. */
export async function ownerClient(url: string, cookie: string): Promise<VitrineClient> {
  return createVitrineClient({
    baseUrl: url,
    fetch: (request) => {
      request.headers.set('cookie', cookie);
      request.headers.set('origin', url);
      return fetch(request);
    },
  });
}

/** Fills the catalogue with the first products of the sample shop; only a few have their photo drawn. */
export async function fillShop(client: VitrineClient, { products = 120, photos = 12 } = {}): Promise<void> {
  for (const { code, name, parent } of CATEGORIES) {
    unwrap(await client.POST('/api/v1/categories', { body: { code, name, parent } }));
  }
  const shop = generateProducts(7, products);
  for (const [index, product] of shop.entries()) {
    const images = index < photos ? [await uploadPhoto(client, await renderProduct(product, { size: 256 }))] : [];
    unwrap(
      await client.POST('/api/v1/products', {
        body: {
          title: product.title,
          description: product.description ?? '',
          category: product.category,
          price: product.price / 100,
          currency: 'EUR',
          images,
        },
      }),
    );
  }
}

/** Stores a photo. @returns its content hash */
export async function uploadPhoto(client: VitrineClient, photo: Buffer): Promise<string> {
  const body = { image: new Blob([new Uint8Array(photo)]) };
  return unwrap(await client.POST('/api/v1/images', { body, bodySerializer: asForm })).hash;
}

/** Makes a data set of the catalogue and trains a small text model on it, promoted when done. */
export async function trainClassifier(client: VitrineClient, dataset = 'shop'): Promise<void> {
  await snapshotCatalogue(client, dataset);
  const run = unwrap(
    await client.POST('/api/v1/runs', {
      body: { task: 'classify', dataset, config: { model: 'text', epochs: 4 }, promote: true },
    }),
  );
  await until(async () => unwrap(await client.GET('/api/v1/runs/{id}', { params: { path: { id: run.id } } })));
}

/** Searches with a photo of a product that is not in the shop. @returns the search's id */
export async function searchByPhoto(client: VitrineClient): Promise<string> {
  const [product] = generateProducts(9, 1);
  const photo = product && (await renderProduct(product, { size: 512 }));
  const body = photo ? { image: new Blob([new Uint8Array(photo)]) } : {};
  const answer = await client.POST('/api/v1/search/image', { body, bodySerializer: asForm });
  return unwrap(answer).searchId;
}

/** Makes a data set of the catalogue. */
export async function snapshotCatalogue(client: VitrineClient, dataset: string): Promise<void> {
  const { id } = unwrap(await client.POST('/api/v1/datasets/from-catalogue', { body: { name: dataset } }));
  await until(async () => unwrap(await client.GET('/api/v1/jobs/{id}', { params: { path: { id } } })));
}

/** An encoder that is trained in seconds: good enough to search with, not to search well. */
export const tinyEncoder = { backbone: 'small', size: 16, epochs: 2, batchSize: 8, projection: 16 };

/** Trains a tiny encoder on a data set, puts it into production, and waits until every photo is in the index. */
export async function trainEncoder(client: VitrineClient, dataset = 'shop'): Promise<void> {
  const body = { task: 'similar', dataset, config: tinyEncoder, promote: false };
  const { id } = unwrap(await client.POST('/api/v1/runs', { body }));
  const run = () => client.GET('/api/v1/runs/{id}', { params: { path: { id } } });
  await until(async () => unwrap(await run()));
  await promoteAndIndex(client, unwrap(await run()).modelId ?? '');
}

/** Puts a model into production, whatever the gate says, and waits until every photo is in the index. */
export async function promoteAndIndex(client: VitrineClient, id: string): Promise<void> {
  unwrap(await client.POST('/api/v1/models/{id}/promote', { params: { path: { id } }, body: { force: true } }));
  for (;;) {
    const { state, error } = unwrap(await client.GET('/api/v1/index'));
    if (state === 'ready') return;
    if (state === 'failed') throw new Error(error?.message ?? state);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

interface Following {
  state: string;
  error: { message: string } | null;
}

/** Waits for the end of a job or run; it must be a good one. */
async function until(look: () => Promise<Following>): Promise<void> {
  for (;;) {
    const { state, error } = await look();
    if (state === 'succeeded') return;
    if (state === 'failed' || state === 'cancelled') throw new Error(error?.message ?? state);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** A pipeline that was cancelled as soon as it had begun. */
export async function stoppedPipeline(client: VitrineClient): Promise<void> {
  const input = { task: 'classify', dataset: 'shop' };
  const { id } = unwrap(await client.POST('/api/v1/pipelines', { body: { kind: 'learn', input } }));
  await client.POST('/api/v1/pipelines/{id}/cancel', { params: { path: { id } } });
}
