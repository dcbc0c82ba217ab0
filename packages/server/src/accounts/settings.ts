import { eq } from 'drizzle-orm';
import type { Queries } from '../platform/database/database.js';
import { settings } from './tables.js';

/** What the shop has settled for itself, by key. */
export class Settings {
  constructor(private readonly db: Queries) {}

  /** Whether anyone may create a (seller) account; closed unless set. */
  async registrationOpen(): Promise<boolean> {
    return (await this.read('registrationOpen')) === true;
  }

  /** Shown in the pages. */
  async shopName(): Promise<string> {
    const name = await this.read('shopName');
    return typeof name === 'string' && name ? name : 'Vitrine';
  }

  async read(key: string): Promise<unknown> {
    const [row] = await this.db.select({ value: settings.value }).from(settings).where(eq(settings.key, key));
    return row?.value;
  }

  /** Writes a value unless the key has one. @returns the value that the key has then */
  async settle(key: string, value: unknown): Promise<unknown> {
    await this.db.insert(settings).values({ key, value }).onConflictDoNothing();
    return this.read(key);
  }

  async write(key: string, value: unknown): Promise<void> {
    await this.db.insert(settings).values({ key, value }).onConflictDoUpdate({ target: settings.key, set: { value } });
  }
}
