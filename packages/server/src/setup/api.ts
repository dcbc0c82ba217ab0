import { z } from 'zod';
import { endpoint } from '../http/endpoint.js';

const tag = 'Accounts';
export const sampleShopSchema = z
  .object({
    state: z.enum(['absent', 'preparing', 'training', 'similar', 'ready', 'failed']).meta({
      description: '`training`: the classifier; `similar`: it is ready, and what looks alike is being learnt',
    }),
    runId: z.string().nullable(),
    message: z.string(),
    fraction: z.number().nullable().meta({ description: 'Of what is under way by the state, 0 to 1' }),
    secondsLeft: z.number().nullable(),
  })
  .meta({ id: 'SampleShop' });

export const getSetup = endpoint({
  method: 'GET',
  path: '/setup',
  id: 'getSetup',
  tag,
  access: 'public',
  summary: 'Whether the first administrator is still to be created, and how far the sample shop is',
  response: z
    .object({
      needed: z.boolean(),
      registrationOpen: z.boolean(),
      shopName: z.string(),
      sampleShop: sampleShopSchema,
    })
    .meta({ id: 'Setup' }),
});
export const retrySampleShop = endpoint({
  method: 'POST',
  path: '/setup/sample-shop',
  id: 'retrySampleShop',
  tag,
  access: 'admin',
  status: 202,
  summary: 'Make the sample shop again after that has failed; what is there already stays',
  response: sampleShopSchema,
});
