import { VitrineError } from '@vitrine/models';
import { readForm } from '../http/form.js';
import type { Route } from '../http/router.js';
import type { Queries } from '../platform/database/database.js';
import { MAX_PICTURE_BYTES } from '../platform/images/picture.js';
import * as api from './api.js';
import { categoryTree, createCategory, deleteCategory, updateCategory } from './categories.js';
import type { Images } from './images.js';
import { searchProducts } from './product-search.js';
import { createProduct, deleteProduct, getProduct, type Product, restoreProduct, updateProduct } from './products.js';

export interface CatalogueRoutes {
  db: Queries;
  images: Images;
  /** Keeps the category a listing ended up with, for the prediction of this user's (undefined: anyone's) it came from. */
  keepFeedback(choice: {
    predictionId: string;
    category: string;
    productId: string;
    userId: string | undefined;
  }): Promise<void>;
}

export function catalogueRoutes(route: Route, { db, images, keepFeedback }: CatalogueRoutes): void {
  /** A listing made from a prediction says whether it was right. A prediction that is gone doesn't stop the listing. */
  const keepChoice = async (product: Product, predictionId: string | undefined, userId: string | null) => {
    if (!predictionId || !product.category) return;
    const choice = { predictionId, category: product.category, productId: product.id, userId: userId ?? undefined };
    await keepFeedback(choice).catch((error: unknown) => {
      if (!(error instanceof VitrineError)) throw error;
    });
  };

  route(api.listProducts, ({ query }) => searchProducts(db, query));
  route(api.getProduct, ({ params }) => getProduct(db, params.id));
  route(api.createProduct, async ({ body, caller }) => {
    const product = await createProduct(db, body);
    await keepChoice(product, body.predictionId, caller.userId);
    return product;
  });
  route(api.updateProduct, async ({ params, body: { predictionId, ...change }, caller }) => {
    const product = await updateProduct(db, params.id, change);
    await keepChoice(product, predictionId, caller.userId);
    return product;
  });
  route(api.deleteProduct, ({ params }) => deleteProduct(db, params.id));
  route(api.restoreProduct, ({ params }) => restoreProduct(db, params.id));

  route(api.listCategories, () => categoryTree(db));
  route(api.createCategory, ({ body }) => createCategory(db, body));
  route(api.updateCategory, ({ params, body }) => updateCategory(db, params.code, body));
  route(api.deleteCategory, ({ params }) => deleteCategory(db, params.code));

  imageRoutes(route, images);
}

function imageRoutes(route: Route, images: Images): void {
  route(api.uploadImage, async ({ request }) => {
    const { files } = await readForm(request, MAX_PICTURE_BYTES);
    const file = files.image ?? Object.values(files)[0];
    if (!file) throw new VitrineError('image.missing', 'Send the photo as the form’s field `image`.', 422);
    return images.store(file.bytes);
  });
  route(api.getImage, async ({ params, query, request, reply }) => {
    const etag = `"${params.hash}-${query.size ?? 'full'}"`;
    reply.header('etag', etag).header('cache-control', 'public, max-age=31536000, immutable');
    if (request.headers['if-none-match'] === etag) return reply.code(304).send();
    const bytes = await images.rendition(params.hash, query.size);
    return reply.type('image/webp').header('x-content-type-options', 'nosniff').send(bytes);
  });
  route(api.getOriginalImage, async ({ params, reply }) => {
    const original = await images.original(params.hash);
    // Asked for again well before the link expires.
    if ('link' in original) return reply.header('cache-control', 'private, max-age=300').redirect(original.link);
    reply.header('cache-control', 'public, max-age=31536000, immutable').header('x-content-type-options', 'nosniff');
    return reply.type(original.type).send(original.bytes);
  });
}
