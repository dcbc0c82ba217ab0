import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { buildGraph } from '../graph/build-graph.js';
import { Graph } from '../graph/graph.js';
import { GraphKeys } from '../graph/graph-keys.js';
import { isSame, VectorRows } from '../rows/vector-rows.js';
import {
  checkLimit,
  checkVector,
  type VectorBackend,
  type VectorEntry,
  type VectorFilterValues,
  type VectorHit,
  type VectorIndex,
  type VectorSearch,
} from '../vector-index.js';
import { graphCandidates } from './graph-candidates.js';
import type { GraphPolicy } from './graph-policy.js';
import { Nearest } from './nearest.js';
import { nearestOfAll } from './nearest-of-all.js';

/** A graph with the rows that its keys stand for. These come first among the rows: those behind are not in it. */
export interface KeyedGraph {
  graph: Graph;
  keys: GraphKeys;
}

export interface MemoryIndexParts {
  policy: GraphPolicy;
  /** A directory for the files of graphs. */
  scratch: string;
  /** Keeps what `MemoryIndex.open` gets back as its `saved`. */
  keep(state: MemoryState): Promise<void>;
  onError(error: unknown): void;
  /** Where the library has a build for this machine. */
  usearch: typeof import('usearch') | undefined;
}

export interface MemoryState {
  rows: VectorRows;
  built: KeyedGraph | undefined;
  stamp: string | undefined;
}

/**
 * An index in memory. A small one compares what is asked with all it holds; a large one lets a graph, built in the
 * background, propose candidates, and compares those and what came after the graph was built.
 */
export class MemoryIndex implements VectorIndex {
  #stamp: string | undefined;
  #rows: VectorRows;
  #built: KeyedGraph | undefined;
  /** Keys of the graph being built. */
  #coming: GraphKeys | undefined;
  #building: Promise<void> = Promise.resolve();
  /** Changes wait while the rows are written to a file. */
  #writing: Promise<void> = Promise.resolve();
  readonly #closing = new AbortController();

  constructor(
    readonly dimension: number,
    private readonly parts: MemoryIndexParts,
    state: MemoryState = { rows: new VectorRows(dimension), built: undefined, stamp: undefined },
  ) {
    this.#rows = state.rows;
    this.#built = state.built;
    this.#stamp = state.stamp;
    this.#tend();
  }

  get stamp(): string | undefined {
    return this.#stamp;
  }

  get size(): number {
    return this.#rows.size;
  }

  get backend(): VectorBackend {
    return this.#built ? 'usearch' : 'exact';
  }

  get bytes(): number {
    const { graph, keys } = this.#built ?? {};
    return this.#rows.bytes + (graph?.bytes ?? 0) + (keys?.bytes ?? 0);
  }

  async upsert(entries: readonly VectorEntry[]): Promise<void> {
    for (const { vector } of entries) checkVector(vector, this.dimension);
    await this.#writing;
    for (const { id, vector, filter = {} } of entries) {
      const row = this.#rows.rowOf(id);
      if (row !== undefined && isSame(this.#rows.vector(row), vector)) {
        this.#rows.filters.set(row, filter);
        continue;
      }
      if (row !== undefined) this.#remove(row);
      this.#rows.add(id, vector, filter);
    }
    this.#tend();
  }

  async refilter(changes: readonly { id: string; filter: VectorFilterValues }[]): Promise<void> {
    await this.#writing;
    for (const { id, filter } of changes) {
      const row = this.#rows.rowOf(id);
      if (row !== undefined) this.#rows.filters.set(row, filter);
    }
  }

  async remove(ids: readonly string[]): Promise<void> {
    await this.#writing;
    for (const id of ids) {
      const row = this.#rows.rowOf(id);
      if (row !== undefined) this.#remove(row);
    }
    this.#tend();
  }

  async has(id: string): Promise<boolean> {
    return this.#rows.rowOf(id) !== undefined;
  }

  async ids(): Promise<string[]> {
    return this.#rows.ids();
  }

  async search(vector: Float32Array, { limit, where, expansion }: VectorSearch): Promise<VectorHit[]> {
    checkVector(vector, this.dimension);
    checkLimit(limit);
    const { policy, usearch } = this.parts;
    const rows = this.#rows;
    const passes = where && rows.filters.test(where);
    const asked = { limit, expansion, passes, size: rows.size, few: policy.few };
    const candidates = this.#built && graphCandidates(this.#built, vector, asked);
    const nearest = new Nearest(rows, vector, limit);
    if (this.#built && candidates) return nearest.list(candidates).range(this.#built.keys.live, rows.size, passes).hits;
    if (usearch && !passes) return nearestOfAll(usearch, rows, vector, limit);
    return nearest.range(0, rows.size, passes).hits;
  }

  async save(stamp: string): Promise<void> {
    const { parts } = this;
    const turn = this.#writing;
    const saving = turn.then(() => parts.keep({ rows: this.#rows, built: this.#built, stamp }));
    this.#writing = saving.catch(() => undefined);
    await saving;
    this.#stamp = stamp;
  }

  /** Ends once no graph is being built. */
  async settled(): Promise<void> {
    await this.#building;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#building;
    await this.#writing;
    await this.#built?.graph.release();
    this.#built = undefined;
    this.#rows = new VectorRows(this.dimension);
  }

  #remove(row: number): void {
    const { keys } = this.#built ?? {};
    let gap = row;
    if (keys?.has(row)) {
      this.#swap(row, keys.live - 1);
      gap = keys.live - 1;
      keys.forget(gap);
    }
    const last = this.#rows.size - 1;
    this.#swap(gap, last);
    this.#coming?.forget(last);
    this.#rows.removeLast();
  }

  #swap(one: number, other: number): void {
    if (one === other) return;
    this.#rows.swap(one, other);
    this.#built?.keys.swap(one, other);
    this.#coming?.swap(one, other);
  }

  /** Begins or ends having a graph as the size demands. */
  #tend(): void {
    if (this.#coming || this.#closing.signal.aborted) return;
    const { policy } = this.parts;
    const graph = this.#built && { live: this.#built.keys.live, given: this.#built.keys.given };
    const wanted = policy.decide(this.#rows.size, graph);
    if (wanted === 'drop') this.#use(undefined);
    if (wanted === 'build') this.#building = this.#build();
  }

  async #build(): Promise<void> {
    const { scratch, onError } = this.parts;
    const { dimension } = this;
    const keys = new GraphKeys();
    const file = join(scratch, `${randomUUID()}.usearch`);
    this.#coming = keys;
    try {
      const tuning = await buildGraph(this.#rows, keys, file, this.#closing.signal);
      const graph = await Graph.open(file, dimension, tuning);
      // What is being written may not be put in another order.
      await this.#writing;
      this.#coming = undefined;
      if (graph) this.#use({ graph, keys });
      this.#tend();
    } catch (error) {
      // No other try before the next start: it would fail alike.
      await rm(file, { force: true });
      if (!this.#closing.signal.aborted) onError(error);
    }
  }

  #use(built: KeyedGraph | undefined): void {
    const former = this.#built;
    this.#built = built;
    if (built) this.#bringForward(built.keys);
    former?.graph.release().catch(this.parts.onError);
  }

  /** Brings the rows that have a key before those that have none. */
  #bringForward(keys: GraphKeys): void {
    let behind = this.#rows.size - 1;
    for (let row = 0; row < keys.live; row++) {
      if (keys.has(row)) continue;
      while (!keys.has(behind)) behind--;
      this.#swap(row, behind);
    }
  }
}
