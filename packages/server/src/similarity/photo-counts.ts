import type { countPhotos } from './embeddings.js';

type Counts = Awaited<ReturnType<typeof countPhotos>>;

/** So many times as long as counting takes is a count good. */
const KEPT = 10;

/** How much of the catalogue a model has seen, for who asks again and again: counting takes a tenth of the time at most. */
export class PhotoCounts {
  #of = '';
  #counts: Promise<Counts> | undefined;
  #goodUntil = 0;

  constructor(private readonly count: (modelId: string) => Promise<Counts>) {}

  /** @param moment what else tells that a count before is of no use, such as the state of what embeds */
  of(modelId: string, moment: string): Promise<Counts> {
    const asked = `${modelId} ${moment}`;
    if (this.#counts && this.#of === asked && performance.now() < this.#goodUntil) return this.#counts;
    this.#of = asked;
    this.#goodUntil = Infinity;
    this.#counts = this.#count(modelId, asked);
    return this.#counts;
  }

  async #count(modelId: string, asked: string): Promise<Counts> {
    const began = performance.now();
    let took = 0;
    try {
      const counts = await this.count(modelId);
      took = performance.now() - began;
      return counts;
    } finally {
      if (this.#of === asked) this.#goodUntil = performance.now() + KEPT * took;
    }
  }
}
