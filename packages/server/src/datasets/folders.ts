import { randomUUID } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Where data sets are made in the data directory; the finished ones lie in the blob store. */
export class Folders {
  constructor(readonly root: string) {}

  /** Scratch of one import. */
  scratch(jobId: string): string {
    return join(this.root, '.importing', jobId);
  }

  /** A new folder for files to be imported, named so that nobody can guess it. */
  newInbox(): string {
    return join(this.root, '.inbox', randomUUID());
  }

  /** The inbox that a path lies in, if it does. */
  inboxOf(path: string): string | undefined {
    const inboxes = join(this.root, '.inbox');
    const [id] = path.startsWith(`${inboxes}/`) ? path.slice(inboxes.length + 1).split('/') : [];
    return id ? join(inboxes, id) : undefined;
  }

  /** Removes scratch and inboxes that no open job works on and nobody has written to for so long. */
  async sweep(isOpen: (path: string) => boolean, untouchedMs: number): Promise<void> {
    for (const kind of ['.importing', '.inbox']) {
      const folder = join(this.root, kind);
      for (const name of await readdir(folder).catch(() => [])) {
        const path = join(folder, name);
        const { mtimeMs = Date.now() } = (await stat(path).catch(() => undefined)) ?? {};
        if (isOpen(path) || Date.now() - mtimeMs < untouchedMs) continue;
        await rm(path, { recursive: true, force: true });
      }
    }
  }
}
