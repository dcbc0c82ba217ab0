import { createHash } from 'node:crypto';
import { GradError } from '../errors.js';
import { bytesOf, type DType, dtypeOf, holds, scalarOf, type TensorData } from './dtype.js';
import type { Attribute, GraphNode, Initializer } from './model.js';
import { requireFloats } from './require-floats.js';
import { formatShape, isShape, type Shape, sizeOf } from './shape.js';
import type { Tensor } from './tensor.js';

/** Gradients of an op's inputs from the gradients of its outputs; `undefined` stands for zero. */
export type Backward = (gradients: readonly (Tensor | undefined)[]) => readonly (Tensor | undefined)[];

/** How to differentiate the outputs of one op, which may be made of several nodes. */
export interface TapeEntry {
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  readonly backward: Backward;
}

/** One output of a node. */
export interface OutputSpec {
  readonly shape: Shape;
  /** Default float32. */
  readonly dtype?: DType;
}

export interface NodeOptions {
  /** Default none. */
  readonly attributes?: Readonly<Record<string, Attribute>>;
  /** The set of operators; default that of ONNX. */
  readonly domain?: string;
}

export interface GraphOptions {
  /** The first axis stands for any batch. Default false. */
  readonly dynamicBatch?: boolean;
  /** Channels per block in the runtime's own layout for convolutions. Default: that layout is not used. */
  readonly channelBlock?: number | undefined;
  readonly portable?: boolean | undefined;
}

/**
 * An append-only graph of standard ONNX operators with static shapes, together with the tape of how to
 * differentiate them. Nodes are never changed or removed; what a model does not reach is left out on encoding.
 */
export class Graph {
  readonly nodes: GraphNode[] = [];
  readonly inputs = new Map<string, Tensor>();
  readonly constants = new Map<string, Initializer>();
  readonly tape: TapeEntry[] = [];
  private readonly constantTensors = new Map<string, Tensor>();
  private counter = 0;
  /** When set, the first axis stands for any batch, so no op may write its size into a node. */
  readonly dynamicBatch: boolean;

  /** Channels per block in the runtime's own layout for convolutions, where it may be used; see `findChannelBlock`. */
  readonly channelBlock: number | undefined;

  /**
   * Whether to keep to what graphics processors compute too. Default: for any batch, since such a model goes anywhere.
   */
  readonly portable: boolean;

  constructor({ dynamicBatch = false, channelBlock, portable = dynamicBatch }: GraphOptions = {}) {
    this.dynamicBatch = dynamicBatch;
    this.channelBlock = channelBlock;
    this.portable = portable;
  }

  /** Declares a value fed at each run. Throws `graph` when the name is taken. */
  input(name: string, shape: Shape, dtype: DType = 'float32'): Tensor {
    if (this.inputs.has(name)) throw new GradError('graph', `The graph already has an input named '${name}'.`);
    const tensor = this.tensor(name, shape, dtype);
    this.inputs.set(name, tensor);
    return tensor;
  }

  /**
   * A constant; equal ones are stored once. A plain number makes a scalar, float32 unless said otherwise. Throws
   * `shape` when the values do not fill the shape, and `dtype` for a number that the integers of `dtype` do not hold.
   */
  constant(value: number | TensorData, shape?: Shape, dtype?: DType): Tensor {
    const type = dtype ?? (typeof value === 'number' ? 'float32' : dtypeOf(value));
    const data = typeof value === 'number' ? scalarOf(value, type) : value;
    const dims = shape ?? (typeof value === 'number' ? [] : [data.length]);
    if (sizeOf(dims) !== data.length || !holds(type, data)) {
      throw new GradError(
        'shape',
        `A ${type} constant of shape ${formatShape(dims)} cannot hold ${data.length} values.`,
      );
    }
    const key = `${type}${formatShape(dims)}${createHash('sha1').update(bytesOf(data)).digest('base64')}`;
    const known = this.constantTensors.get(key);
    if (known) return known;
    const tensor = this.unsharedConstant(data, dims, type);
    this.constantTensors.set(key, tensor);
    return tensor;
  }

  /** A constant with storage of its own, for the few operators that write into their inputs. */
  unsharedConstant(data: TensorData, shape: Shape, dtype: DType = dtypeOf(data)): Tensor {
    const tensor = this.tensor(this.freshName('constant'), shape, dtype);
    this.constants.set(tensor.name, { name: tensor.name, shape: [...shape], dtype, data });
    return tensor;
  }

  /**
   * Appends one ONNX node with any number of outputs. An input left `undefined` is an omitted optional one; after the
   * last one given nothing is written, since the WebGPU provider reads an empty name as a tensor. Throws `graph` for a
   * tensor of another graph, and `dtype` for an input that has to be cast to float32 first.
   */
  append(
    operator: string,
    inputs: readonly (Tensor | undefined)[],
    outputs: readonly OutputSpec[],
    options: NodeOptions = {},
  ): Tensor[] {
    for (const input of inputs) {
      if (input && input.graph !== this) {
        throw new GradError('graph', `${operator} was given '${input.name}', a tensor of another graph.`);
      }
    }
    if (outputs.some(({ dtype = 'float32' }) => dtype === 'float32')) requireFloats(operator, inputs);
    const results = outputs.map(({ shape, dtype }) => this.tensor(this.freshName(operator), shape, dtype ?? 'float32'));
    this.nodes.push({
      operator,
      domain: options.domain ?? '',
      inputs: inputs.slice(0, inputs.findLastIndex(Boolean) + 1).map((input) => input?.name ?? ''),
      outputs: results.map((result) => result.name),
      attributes: options.attributes ?? {},
    });
    return results;
  }

  private tensor(name: string, shape: Shape, dtype: DType): Tensor {
    if (!isShape(shape)) {
      throw new GradError('shape', `'${name}' cannot have the shape ${formatShape(shape)}.`);
    }
    return Object.freeze({ graph: this, name, shape: Object.freeze([...shape]), dtype });
  }

  private freshName(stem: string): string {
    return `${stem}_${this.counter++}`;
  }
}
