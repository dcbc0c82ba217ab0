import type { Index } from 'usearch';
import type { GraphTuning } from './graph.js';
import { newGraph, quantized, shortlist } from './usearch.js';

type Usearch = typeof import('usearch');

/** What searches are tuned to find of the ten nearest; the benchmark's aim is 0.95. */
const RECALL_AIM = 0.97;
const NEIGHBOURS = 10;
const EXPANSIONS = [16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048, 3072, 4096];

interface Neighbour {
  key: bigint;
  distance: number;
}

/** Builds a graph and measures, by questions that are not in it, how many candidates a search must follow. */
export class GraphBuilder {
  readonly #graph: Index;
  /** The true nearest of each question among what was added so far. */
  readonly #truth: Neighbour[][];
  readonly #largest: number;
  #next = 0n;

  /**
   * @param sample some of the vectors, one after the other: they are the questions, and added last of all
   * @param size vectors to come
   */
  constructor(
    private readonly usearch: Usearch,
    private readonly dimension: number,
    private readonly sample: Float32Array,
    size: number,
  ) {
    this.#graph = newGraph(usearch, dimension, size);
    this.#largest = sample.reduce((largest, value) => Math.max(largest, Math.abs(value)), Number.EPSILON);
    this.#truth = Array.from({ length: sample.length / dimension }, () => []);
  }

  /** Gives the vectors the next keys, counted from 0. */
  add(vectors: Float32Array): void {
    this.#compare(vectors, this.#next);
    this.#insert(vectors);
  }

  /** Gives the sample the keys after these. */
  finish(file: string): GraphTuning {
    const tuning = this.#tune();
    this.#insert(this.sample);
    this.#graph.save(file);
    return tuning;
  }

  #insert(vectors: Float32Array): void {
    const keys = BigUint64Array.from({ length: vectors.length / this.dimension }, () => this.#next++);
    this.#graph.add(keys, quantized(vectors, this.#largest), 1);
  }

  #compare(vectors: Float32Array, first: bigint): void {
    if (!this.#truth.length) return;
    const { exactSearch, MetricKind } = this.usearch;
    const count = Math.min(NEIGHBOURS, vectors.length / this.dimension);
    // It reads arrays from the beginning of their buffers, whatever part of these they show.
    const found = exactSearch(vectors, this.sample, this.dimension, count, MetricKind.IP, 1);
    for (const [question, truth] of this.#truth.entries()) {
      const { keys, distances } = 'counts' in found ? found.get(question) : found;
      for (const [place, key] of keys.entries()) truth.push({ key: first + key, distance: distances[place] as number });
      truth.sort((one, other) => one.distance - other.distance).splice(NEIGHBOURS);
    }
  }

  #tune(): GraphTuning {
    let tuning: GraphTuning = { expansion: 0, recall: 0, largest: this.#largest };
    for (const expansion of EXPANSIONS) {
      tuning = { ...tuning, expansion, recall: this.#recall(expansion) };
      if (tuning.recall >= RECALL_AIM) break;
    }
    return tuning;
  }

  #recall(expansion: number): number {
    let found = 0;
    let wanted = 0;
    for (const [question, truth] of this.#truth.entries()) {
      const asked = quantized(this.#question(question), this.#largest);
      const keys = new Set(this.#graph.search(asked, expansion, 1).keys.subarray(0, shortlist(NEIGHBOURS)));
      found += truth.filter(({ key }) => keys.has(key)).length;
      wanted += truth.length;
    }
    return wanted ? found / wanted : 1;
  }

  #question(question: number): Float32Array {
    return this.sample.subarray(question * this.dimension, (question + 1) * this.dimension);
  }
}
