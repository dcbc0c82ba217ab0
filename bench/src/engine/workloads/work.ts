/** One unit of work, ready to be timed. */
export type Work = () => Promise<unknown>;

/** Every engine gets as many. */
export const THREADS = 2;
