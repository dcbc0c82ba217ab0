import { z } from 'zod';
import { endpoint } from '../http/endpoint.js';

export const sampleShopSchema = z
  .object({
    state: z.enum(['absent', 'preparing', 'training', 'similar', 'ready', 'failed']).meta({
      description: '`training`: the classifier; `similar`: it is ready, and what looks alike is being learnt',
    }),
    runId: z.string().nullable(),
    message: z.string(),
  })
  .meta({ id: 'SampleShop' });

export const retrySampleShop = endpoint({
  method: 'POST',
  path: '/setup/sample-shop',
  id: 'retrySampleShop',
  tag: 'Accounts',
  access: 'admin',
  status: 202,
  summary: 'Make the sample shop again after that has failed; what is there already stays',
  response: sampleShopSchema,
});
