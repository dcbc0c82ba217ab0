import { z } from 'zod';
import { endpoint, pageOf, pageQuery, timestamp } from '../http/endpoint.js';
import { jobSchema } from '../jobs/api.js';

const tag = 'Collect';
const common = { tag, access: 'engineer', scope: 'catalogue' } as const;
const siteParams = z.object({ name: z.string().min(1).max(40) });
const config = z.string().min(1).max(100_000).meta({ description: 'The site’s config, YAML' });

export const changeSchema = z.enum(['new', 'changed', 'gone']);
export const reportSchema = z
  .object({
    /** Which crawl of the site it is about. */
    crawl: z.number().int(),
    pages: z.number().int(),
    failed: z.number().int(),
    waiting: z.number().int(),
    /** Listed at the shop now. */
    products: z.number().int(),
    new: z.number().int(),
    changed: z.number().int(),
    gone: z.number().int(),
    /** Why products that were not found are not taken for gone, in a sentence; null where they are. */
    withheld: z.string().nullable(),
    /** Second spellings of products, by name and photo; not listed. */
    duplicates: z.number().int(),
    /** Products with photos that could not be had for now: the next crawl asks for them again. */
    photosOwed: z.number().int(),
    problems: z.array(z.object({ url: z.string(), problem: z.string() })),
  })
  .meta({ id: 'CollectReport' });
export const collectSiteSchema = z
  .object({
    name: z.string(),
    config,
    /** The newest crawl; null before the first. */
    job: jobSchema.nullable(),
    report: reportSchema,
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .meta({ id: 'CollectSite' });
const shopProduct = z
  .object({
    id: z.string().nullable(),
    name: z.string(),
    description: z.string(),
    images: z.array(z.string()),
    price: z.number().nullable(),
    currency: z.string().nullable(),
    url: z.string(),
    category: z.array(z.string()),
    brand: z.string().nullable(),
    colour: z.string().nullable(),
    availability: z.enum(['in stock', 'out of stock']).nullable(),
  })
  .meta({ id: 'ShopProduct' });

export const listCollectSites = endpoint({
  ...common,
  method: 'GET',
  path: '/collect/sites',
  id: 'listCollectSites',
  summary: 'Shops whose sites are collected',
  response: z.array(collectSiteSchema),
});
export const getCollectSite = endpoint({
  ...common,
  method: 'GET',
  path: '/collect/sites/:name',
  id: 'getCollectSite',
  summary: 'One site: its config, newest crawl and report',
  params: siteParams,
  response: collectSiteSchema,
});
export const putCollectSite = endpoint({
  ...common,
  method: 'POST',
  path: '/collect/sites',
  id: 'putCollectSite',
  summary: 'Add a site, or change the config of the one with its name',
  body: z.object({ config }),
  response: collectSiteSchema,
});
export const deleteCollectSite = endpoint({
  ...common,
  method: 'DELETE',
  path: '/collect/sites/:name',
  id: 'deleteCollectSite',
  summary: 'Forget a site; its products stay in the catalogue',
  params: siteParams,
  status: 204,
});
export const startCollect = endpoint({
  ...common,
  method: 'POST',
  path: '/collect/sites/:name/start',
  id: 'startCollect',
  status: 202,
  summary: 'Collect a site: its crawl under way, the one that was stopped, or else a new one',
  params: siteParams,
  body: z
    .object({
      acceptGone: z
        .boolean()
        .default(false)
        .meta({ description: 'Products that it does not find are gone, even where that is most of them' }),
    })
    .default({ acceptGone: false }),
  response: jobSchema,
});
export const previewCollect = endpoint({
  ...common,
  method: 'POST',
  path: '/collect/preview',
  id: 'previewCollect',
  summary: 'What a config reads from one page; nothing is kept',
  body: z.object({ config, url: z.url({ protocol: /^https?$/ }) }),
  rateLimit: 60,
  response: z
    .object({
      products: z.array(
        z.object({
          product: shopProduct,
          /** Field → the source that it was found with. */
          origins: z.record(z.string(), z.record(z.string(), z.unknown())),
        }),
      ),
      /** Pages the crawl would go on with. */
      links: z.array(z.string()),
    })
    .meta({ id: 'CollectPreview' }),
});
export const listCollectChanges = endpoint({
  ...common,
  method: 'GET',
  path: '/collect/sites/:name/changes',
  id: 'listCollectChanges',
  summary: 'Products that the newest crawl found new, changed or gone',
  params: siteParams,
  query: pageQuery.extend({ change: changeSchema }),
  response: pageOf(z.object({ productId: z.string(), key: z.string(), name: z.string(), url: z.string() })),
});
export const listReadyConfigs = endpoint({
  ...common,
  method: 'GET',
  path: '/collect/ready',
  id: 'listReadyConfigs',
  summary: 'Ready configs of well-known shops, to begin with',
  response: z.array(z.object({ name: z.string(), config: z.string() })),
});
