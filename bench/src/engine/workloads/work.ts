import type { SessionOptions } from '@vitrine/grad';

/** One unit of work, ready to be timed. */
export type Work = () => Promise<unknown>;

/** Every engine gets two threads, which wait actively for work, as PyTorch's do. */
export const SESSION: SessionOptions = { threads: 2, spinning: true };
