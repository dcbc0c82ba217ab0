import type { GraphNode } from '../graph/model.js';
import type { ModelIndex } from './model-index.js';
import type { QuantizedGraph } from './quantized-graph.js';

/** How one kind of operator is computed in eight bits. */
export interface Rule {
  /** The ONNX operator it stands for. */
  readonly operator: string;
  /** Whether this node has the form the rule can do. */
  readonly fits?: (node: GraphNode, index: ModelIndex) => boolean;
  /**
   * `always` where eight bits are worth converting to; `within` where they are worth staying in, when an input is in them
   * already.
   */
  readonly when: 'always' | 'within';
  /** Whether its output is in eight bits, with a range to be measured (`own`) or that of its input (`same`). */
  readonly output: 'own' | 'same' | 'float';
  /** The values it takes in eight bits. Default: all that are not constants. */
  readonly inputs?: (node: GraphNode) => readonly string[];
  /** Appends the nodes that compute `output`. */
  readonly emit: (node: GraphNode, output: string, graph: QuantizedGraph) => void;
}
