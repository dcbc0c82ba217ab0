import type { Range } from './affine.js';

const BINS = 4096;

/** How often values occur within a range. */
export class Histogram {
  private readonly counts = new Float64Array(BINS);
  private readonly width: number;

  constructor(private readonly bounds: Range) {
    this.width = (bounds.high - bounds.low) / BINS || 1;
  }

  add(values: Float32Array): void {
    const { low } = this.bounds;
    for (const value of values) {
      const bin = Math.min(BINS - 1, Math.max(0, Math.floor((value - low) / this.width)));
      this.counts[bin]! += 1;
    }
  }

  /** The range outside of which, at either end, at most the share 1 − percentile of all values lies. */
  range(percentile: number): Range {
    const total = this.counts.reduce((sum, count) => sum + count, 0);
    const allowed = total * (1 - percentile);
    const edge = (order: (i: number) => number) => {
      let cut = 0;
      for (let i = 0; i < BINS; i++) {
        cut += this.counts[order(i)]!;
        if (cut > allowed) return i;
      }
      return 0;
    };
    const { low, high } = this.bounds;
    return { low: low + edge((i) => i) * this.width, high: high - edge((i) => BINS - 1 - i) * this.width };
  }
}
