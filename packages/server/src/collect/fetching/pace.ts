import { setTimeout as sleep } from 'node:timers/promises';

/** Lets requests to one host begin no faster than so many milliseconds apart; a host that asks for a pause gets it. */
export class Pace {
  #free = 0;

  constructor(readonly everyMs: number) {}

  /** Resolves when the next request may begin. */
  async turn(signal: AbortSignal): Promise<void> {
    for (;;) {
      const wait = this.#free - Date.now();
      if (wait <= 0) break;
      await sleep(wait, undefined, { signal });
    }
    this.#free = Date.now() + this.everyMs;
  }

  /** Nothing begins for so long. */
  pause(milliseconds: number): void {
    this.#free = Math.max(this.#free, Date.now() + milliseconds);
  }
}

/** `Retry-After` in milliseconds: seconds or a date (RFC 9110, 10.2.3); at most ten minutes. */
export function retryAfter(header: string | null, now = Date.now()): number | undefined {
  if (!header) return undefined;
  const wait = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isFinite(wait) ? Math.min(600_000, Math.max(0, wait)) : undefined;
}
