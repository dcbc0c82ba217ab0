import { createHash } from 'node:crypto';
import { and, eq, isNotNull, or } from 'drizzle-orm';
import type { Queries } from '../../platform/database/database.js';
import type { Site } from '../config.js';
import { collectPages, collectSites } from '../tables.js';

/** Counted up when the same config reads more of a page, or otherwise, than the version before. */
const VERSION = 1;

/** A hash of what decides how pages are read; how fast they are asked for, and by what name, does not. */
function readingOf({ limits: { readSeconds }, gone: _, userAgent: __, ...read }: Site): string {
  return createHash('sha256')
    .update(JSON.stringify([VERSION, readSeconds, read]))
    .digest('hex');
}

/** Where pages are read otherwise than when they were read last, an answer that they are unchanged would not do. */
export async function noteReading(db: Queries, site: Site): Promise<void> {
  const reading = readingOf(site);
  await db.transaction(async (transaction) => {
    const tx = transaction as Queries;
    const [row] = await tx.select().from(collectSites).where(eq(collectSites.name, site.name));
    if (row?.reading === reading) return;
    await tx.update(collectSites).set({ reading }).where(eq(collectSites.name, site.name));
    const isTagged = or(isNotNull(collectPages.etag), isNotNull(collectPages.lastModified));
    await tx
      .update(collectPages)
      .set({ etag: null, lastModified: null })
      .where(and(eq(collectPages.site, site.name), isTagged));
  });
}
