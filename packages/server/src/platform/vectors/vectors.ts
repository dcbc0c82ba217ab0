import type { VectorIndex } from './vector-index.js';

/** Where indexes of vectors are kept, each under a name such as a model's id. */
export interface Vectors {
  /**
   * The index saved under a name; an empty one (its `stamp` undefined) where none was, or where what was is damaged or has
   * another dimension.
   */
  open(name: string, dimension: number): Promise<VectorIndex>;
  /** Deletes what is saved under the name; close the index first. */
  drop(name: string): Promise<void>;
}
