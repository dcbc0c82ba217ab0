import { setTimeout as sleep } from 'node:timers/promises';

/** The time and waiting, in milliseconds. */
export interface Clock {
  now(): number;
  /** Resolves after so long; rejects once the signal is aborted. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds, signal) => sleep(milliseconds, undefined, { signal }),
};

/** Lets requests to one host begin no faster than so many milliseconds apart; a host that asks for a pause gets it. */
export class Pace {
  #free = 0;

  constructor(
    readonly everyMs: number,
    private readonly clock: Clock = systemClock,
  ) {}

  /** Resolves when the next request may begin. */
  async turn(signal: AbortSignal): Promise<void> {
    for (;;) {
      const wait = this.#free - this.clock.now();
      if (wait <= 0) break;
      await this.clock.sleep(wait, signal);
    }
    this.#free = this.clock.now() + this.everyMs;
  }

  /** Nothing begins for so long. */
  pause(milliseconds: number): void {
    this.#free = Math.max(this.#free, this.clock.now() + milliseconds);
  }
}

/** `Retry-After` in milliseconds: seconds or a date (RFC 9110, 10.2.3); at most ten minutes. */
export function retryAfter(header: string | null, now = Date.now()): number | undefined {
  if (!header) return undefined;
  const wait = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isFinite(wait) ? Math.min(600_000, Math.max(0, wait)) : undefined;
}
