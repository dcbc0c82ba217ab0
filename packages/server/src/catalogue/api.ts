import { z } from 'zod';
import { endpoint, idParams, pageOf, pageQuery, timestamp } from '../http/endpoint.js';

const tag = 'Catalogue';
export const categorySchema = z
  .object({ code: z.string(), name: z.string(), parent: z.string().nullable(), products: z.number().int() })
  .meta({ id: 'Category' });
export const productSchema = z
  .object({
    id: z.string(),
    /** The shop's own id. */
    sku: z.string().nullable(),
    title: z.string(),
    /** As the seller wrote it; may hold HTML, which clients show as text. */
    description: z.string(),
    category: z.string().nullable(),
    categoryName: z.string().nullable(),
    price: z.number().nullable().meta({ description: 'In the currency’s main unit' }),
    currency: z.string().nullable(),
    brand: z.string().nullable(),
    colour: z.string().nullable(),
    /** Content hashes; see `/images/{hash}`. */
    images: z.array(z.string()),
    stock: z.number().int().nullable(),
    attributes: z.record(z.string(), z.string()),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .meta({ id: 'Product' });
export const productInput = z.object({
  sku: z.string().max(200).nullable().optional(),
  title: z.string().trim().min(1, 'Give the product a title.').max(1000),
  description: z.string().max(100_000).default(''),
  category: z.string().max(200).nullable().optional(),
  price: z.number().min(0).max(1e9).nullable().optional(),
  currency: z.string().length(3).nullable().optional(),
  brand: z.string().max(200).nullable().optional(),
  colour: z.string().max(100).nullable().optional(),
  images: z
    .array(z.string().regex(/^[0-9a-f]{64}$/))
    .max(12)
    .optional(),
  stock: z.number().int().min(0).max(1e9).nullable().optional(),
  attributes: z.record(z.string().max(100), z.string().max(1000)).optional(),
  /** The prediction this listing accepted or corrected; keeps the correction for retraining. */
  predictionId: z.string().max(80).optional(),
});

export const listProducts = endpoint({
  method: 'GET',
  path: '/products',
  id: 'listProducts',
  tag,
  access: 'seller',
  scope: 'catalogue',
  summary: 'Browse, search and filter products',
  query: pageQuery.extend({
    q: z.string().max(500).optional(),
    category: z
      .string()
      .max(200)
      .optional()
      .meta({ description: 'Category code; its descendants count too. `none`: products without one' }),
    sort: z.enum(['newest', 'oldest', 'title', 'price', '-price', 'relevance']).optional(),
  }),
  response: pageOf(productSchema),
});
export const createProduct = endpoint({
  method: 'POST',
  path: '/products',
  id: 'createProduct',
  tag,
  access: 'seller',
  scope: 'catalogue',
  status: 201,
  summary: 'List a product',
  body: productInput,
  response: productSchema,
});
export const getProduct = endpoint({
  method: 'GET',
  path: '/products/:id',
  id: 'getProduct',
  tag,
  access: 'seller',
  scope: 'catalogue',
  summary: 'One product',
  params: idParams,
  response: productSchema,
});
export const updateProduct = endpoint({
  method: 'PATCH',
  path: '/products/:id',
  id: 'updateProduct',
  tag,
  access: 'seller',
  scope: 'catalogue',
  summary: 'Change a product',
  params: idParams,
  // Without the default, which would empty the description of a change that leaves it out.
  body: productInput.extend({ description: z.string().max(100_000) }).partial(),
  response: productSchema,
});
export const deleteProduct = endpoint({
  method: 'DELETE',
  path: '/products/:id',
  id: 'deleteProduct',
  tag,
  access: 'seller',
  scope: 'catalogue',
  summary: 'Delete a product (restorable for 30 days)',
  params: idParams,
  status: 204,
});
export const restoreProduct = endpoint({
  method: 'POST',
  path: '/products/:id/restore',
  id: 'restoreProduct',
  tag,
  access: 'seller',
  scope: 'catalogue',
  summary: 'Undo a deletion',
  params: idParams,
  response: productSchema,
});

export const imageSchema = z
  .object({ hash: z.string(), width: z.number().int(), height: z.number().int(), bytes: z.number().int() })
  .meta({ id: 'Image' });
export const uploadImage = endpoint({
  method: 'POST',
  path: '/images',
  id: 'uploadImage',
  tag,
  access: 'seller',
  scope: 'catalogue',
  status: 201,
  consumes: 'multipart',
  files: { image: { description: 'The photo', required: true } },
  summary: 'Store a photo (field `image`), upright and checked',
  response: imageSchema,
});
export const getImage = endpoint({
  method: 'GET',
  path: '/images/:hash',
  id: 'getImage',
  tag,
  access: 'public',
  summary: 'A stored photo, resized',
  params: z.object({ hash: z.string().regex(/^[0-9a-f]{64}$/) }),
  query: z.object({
    size: z.coerce
      .number()
      .int()
      .pipe(z.literal([96, 256, 512, 1024]))
      .optional(),
  }),
  produces: 'image/webp',
});

export const getOriginalImage = endpoint({
  method: 'GET',
  path: '/images/:hash/original',
  id: 'getOriginalImage',
  tag,
  access: 'public',
  summary: 'A stored photo as it lies in the store; a bucket that browsers reach answers itself, through a redirect',
  params: z.object({ hash: z.string().regex(/^[0-9a-f]{64}$/) }),
  produces: 'image/*',
});

export const listCategories = endpoint({
  method: 'GET',
  path: '/categories',
  id: 'listCategories',
  tag,
  access: 'seller',
  scope: 'catalogue',
  summary: 'The category tree, parents before children',
  response: z.array(categorySchema),
});
const categoryInput = z.object({
  code: z.string().min(1).max(200),
  name: z.string().min(1).max(200),
  parent: z.string().max(200).nullable().optional(),
});
export const createCategory = endpoint({
  method: 'POST',
  path: '/categories',
  id: 'createCategory',
  tag,
  access: 'engineer',
  scope: 'catalogue',
  status: 201,
  summary: 'Add a category',
  body: categoryInput,
  response: categorySchema,
});
export const updateCategory = endpoint({
  method: 'PATCH',
  path: '/categories/:code',
  id: 'updateCategory',
  tag,
  access: 'engineer',
  scope: 'catalogue',
  summary: 'Rename or move a category',
  params: z.object({ code: z.string().max(200) }),
  body: categoryInput.omit({ code: true }).partial(),
  response: categorySchema,
});
export const deleteCategory = endpoint({
  method: 'DELETE',
  path: '/categories/:code',
  id: 'deleteCategory',
  tag,
  access: 'engineer',
  scope: 'catalogue',
  summary: 'Delete an empty category',
  params: z.object({ code: z.string().max(200) }),
  status: 204,
});
