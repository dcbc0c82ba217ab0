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
      /** Where photos, snapshots and artifacts lie. */
      blobs: z.enum(['disk', 'bucket']),
      dataDir: z.string(),
      uptimeSeconds: z.number(),
      rssBytes: z.number(),
      /** Of the data directory's disk. */
      diskFreeBytes: z.number(),
      models: z.array(z.object({ task: z.string(), version: z.number().int(), ready: z.boolean() })),
    })
    .meta({ id: 'System' }),
});
