import { rm, stat } from 'node:fs/promises';
import type { Index } from 'usearch';
import { loadUsearch, newGraph, quantized } from './usearch.js';

export interface GraphTuning {
  /** Candidates a search follows for the recall aimed at. */
  expansion: number;
  /** Recall@10 measured with it when the graph was built. */
  recall: number;
  /** The largest number of the vectors it was built of, of either sign: see `quantized`. */
  largest: number;
}

/** A finished graph of neighbours in a file, mapped into memory. */
export class Graph {
  private constructor(
    readonly file: string,
    readonly tuning: GraphTuning,
    readonly size: number,
    readonly bytes: number,
    private readonly index: Index,
  ) {}

  /**
   * @param file as `buildGraph` wrote it; a damaged one ends the process, so the caller has checked it
   * @returns undefined where the library has no build for this machine
   */
  static async open(file: string, dimension: number, tuning: GraphTuning): Promise<Graph | undefined> {
    const usearch = await loadUsearch();
    if (!usearch) return undefined;
    const index = newGraph(usearch, dimension, 0);
    index.view(file);
    return new Graph(file, tuning, Number(index.size()), (await stat(file)).size, index);
  }

  /** Deletes the file; what is mapped of it stays until the index is collected. */
  async release(): Promise<void> {
    await rm(this.file, { force: true });
  }

  /** Keys of about the nearest, best first by vectors that are rounded: the first `shortlist` hold those wanted. */
  nearest(vector: Float32Array, candidates: number): BigUint64Array {
    return this.index.search(quantized(vector, this.tuning.largest), Math.min(candidates, this.size), 1).keys;
  }
}
