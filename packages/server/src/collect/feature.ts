import { join } from 'node:path';
import { z } from 'zod';
import { Images } from '../catalogue/images.js';
import type { Context } from '../context.js';
import { isPublicAddress } from '../platform/network/public-address.js';
import * as api from './api.js';
import { Collect } from './collect.js';

/** Collecting shops' sites into the catalogue. */
export function collectFeature(context: Context): Collect {
  const { db, blobs, jobs, route, audit, dataDir, schedules, onClose, collectFrom } = context;
  const images = new Images(db, blobs, join(dataDir, 'cache', 'images'));
  const isAllowed = (address: string) => isPublicAddress(address) || collectFrom.includes(address);
  const collect = new Collect({ db, jobs, images, isAllowed });
  onClose(() => collect.close());

  schedules.define({
    kind: 'collect',
    target: z.object({ site: z.string() }),
    check: ({ site }) => collect.get(site),
    start: ({ site }, userId) => collect.start(site, userId),
  });

  route(api.listCollectSites, () => collect.list());
  route(api.getCollectSite, ({ params }) => collect.get(params.name));
  route(api.putCollectSite, async ({ body, caller }) => {
    const site = await collect.put(body.config);
    await audit.record(caller, 'collect.put', site.name);
    return site;
  });
  route(api.deleteCollectSite, async ({ params, caller }) => {
    await collect.delete(params.name);
    await audit.record(caller, 'collect.delete', params.name);
  });
  route(api.startCollect, ({ params, body, caller }) => collect.start(params.name, caller.userId, body.acceptGone));
  route(api.previewCollect, ({ body }) => collect.preview(body.config, body.url));
  route(api.listCollectChanges, ({ params, query }) => collect.changes(params.name, query));
  route(api.listReadyConfigs, () => collect.ready());
  return collect;
}
