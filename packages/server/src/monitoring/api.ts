import { z } from 'zod';
import { endpoint } from '../http/endpoint.js';

export const getSystem = endpoint({
  method: 'GET',
  path: '/system',
  id: 'getSystem',
  tag: 'System',
  access: 'admin',
  scope: 'admin',
  summary: 'Version, storage, memory, what is loaded',
  response: z
    .object({
      version: z.string(),
      node: z.string(),
      database: z.enum(['embedded', 'postgresql']),
      dataDir: z.string(),
      uptimeSeconds: z.number(),
      rssBytes: z.number(),
      diskFreeBytes: z.number(),
      models: z.array(z.object({ task: z.string(), version: z.number().int(), ready: z.boolean() })),
    })
    .meta({ id: 'System' }),
});
