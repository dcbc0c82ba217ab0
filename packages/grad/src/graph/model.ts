import { GradError } from '../errors.js';
import type { DType, TensorData } from './dtype.js';
import type { Graph } from './graph.js';
import type { Tensor } from './tensor.js';

/** An ONNX attribute: an integer, `{ float }`, a string, a list of integers or `{ floats }`. */
export type Attribute =
  | number
  | string
  | readonly number[]
  | { readonly float: number }
  | { readonly floats: readonly number[] };

export interface GraphNode {
  readonly operator: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

export interface Initializer {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly data: TensorData;
}

/** A named value at the border of a model; a string in its shape is a dimension known only when it runs. */
export interface ValueInfo {
  readonly name: string;
  readonly shape: readonly (number | string)[];
  readonly dtype: DType;
  /** A list of such tensors in place of one. */
  readonly sequence?: true;
}

/** What an ONNX file holds: plain data that passes (such as folding) turn into other plain data. */
export interface Model {
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  readonly nodes: readonly GraphNode[];
  readonly initializers: readonly Initializer[];
}

/** The names of the graph's inputs on which any of `outputs` depends. */
export function requiredInputs(graph: Graph, outputs: readonly Tensor[]): Set<string> {
  const { needed } = reach(graph, outputs);
  return new Set([...graph.inputs.keys()].filter((name) => needed.has(name)));
}

/**
 * The part of the graph that computes `outputs`, under the names given, as a model. A value computed is renamed, since
 * the runtime would copy it otherwise; an input, a constant and a value wanted twice are copied.
 * Throws `graph` when two outputs are given one name or an output has the name of another value.
 */
export function toModel(graph: Graph, outputs: Readonly<Record<string, Tensor>>): Model {
  const { needed, nodes } = reach(graph, Object.values(outputs));
  const computed = new Set(nodes.flatMap((node) => node.outputs));
  const renamed = new Map<string, string>();
  const copies: GraphNode[] = [];
  for (const [name, tensor] of Object.entries(outputs)) {
    if (graph.inputs.has(name) || graph.constants.has(name)) {
      throw new GradError('graph', `An output cannot be named '${name}': an input has that name.`);
    }
    if (computed.has(tensor.name) && !computed.has(name) && !renamed.has(tensor.name)) renamed.set(tensor.name, name);
    else copies.push({ operator: 'Identity', domain: '', inputs: [tensor.name], outputs: [name], attributes: {} });
  }
  const rename = (names: readonly string[]) => names.map((name) => renamed.get(name) ?? name);
  return {
    inputs: [...graph.inputs.values()]
      .filter(({ name }) => needed.has(name))
      .map(({ name, shape, dtype }) => ({ name, shape, dtype })),
    outputs: Object.entries(outputs).map(([name, { shape, dtype }]) => ({ name, shape, dtype })),
    nodes: [...nodes, ...copies].map((node) => ({
      ...node,
      inputs: rename(node.inputs),
      outputs: rename(node.outputs),
    })),
    initializers: [...graph.constants.values()].filter(({ name }) => needed.has(name)),
  };
}

/** Nodes are in topological order already, so one backward sweep finds all that is needed. */
function reach(graph: Graph, outputs: readonly Tensor[]): { needed: Set<string>; nodes: GraphNode[] } {
  const needed = new Set(outputs.map(({ name }) => name));
  const nodes: GraphNode[] = [];
  for (let i = graph.nodes.length - 1; i >= 0; i--) {
    const node = graph.nodes[i]!;
    if (!node.outputs.some((name) => needed.has(name))) continue;
    for (const name of node.inputs) needed.add(name);
    nodes.push(node);
  }
  return { needed, nodes: nodes.reverse() };
}
