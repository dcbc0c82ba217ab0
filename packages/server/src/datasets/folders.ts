import { randomUUID } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Where data sets lie in the data directory: `datasets/<name>/<hash>`, and aside what is not finished. */
export class Folders {
  constructor(readonly root: string) {}

  of(dataset: string): string {
    return join(this.root, dataset);
  }

  snapshot(dataset: string, hash: string): string {
    return join(this.root, dataset, hash);
  }

  /** Scratch of one import; no data set's name begins with a dot. */
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

  /** Removes scratch and inboxes that no open job works on. */
  async sweep(isOpen: (path: string) => boolean): Promise<void> {
    for (const kind of ['.importing', '.inbox']) {
      const folder = join(this.root, kind);
      for (const name of await readdir(folder).catch(() => []))
        if (!isOpen(join(folder, name))) await rm(join(folder, name), { recursive: true, force: true });
    }
  }
}
