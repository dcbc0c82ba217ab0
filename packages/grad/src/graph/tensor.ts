import type { DType } from './dtype.js';
import type { Graph } from './graph.js';
import type { Shape } from './shape.js';

/** A value of the graph: a name with a shape and an element type, no numbers. */
export interface Tensor {
  readonly graph: Graph;
  readonly name: string;
  readonly shape: Shape;
  readonly dtype: DType;
}
