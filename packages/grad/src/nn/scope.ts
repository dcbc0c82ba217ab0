import { insist } from '../errors.js';
import type { Graph } from '../graph/graph.js';
import type { Shape } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { createRandom, type Random } from '../random.js';
import type { Initializer } from './init.js';
import { type ParameterGroup, settingsOf } from './parameter-groups.js';
import type { ModelState } from './state.js';

/** Fills a noise input before each training step. */
export type NoiseFill = (values: Float32Array, random: Random) => void;

export interface NoiseInput {
  readonly tensor: Tensor;
  readonly fill: NoiseFill;
}

export interface ScopeOptions {
  readonly seed: number;
  readonly training: boolean;
  /** How parameters are trained; see `isFrozen`. */
  readonly groups?: readonly ParameterGroup[];
}

/** What one build of a model collects beside its nodes. */
interface Collected {
  readonly graph: Graph;
  readonly state: ModelState;
  readonly seed: number;
  readonly training: boolean;
  readonly groups: readonly ParameterGroup[];
  readonly tensors: Map<string, Tensor>;
  readonly updates: Map<string, Tensor>;
  readonly noise: NoiseInput[];
}

/**
 * The place in a model where a layer puts its state: names are the path of scopes, joined by dots.
 * Layers are plain functions `(scope, x, …) => y`.
 */
export class Scope {
  private constructor(
    private readonly collected: Collected,
    private readonly path: string,
  ) {}

  /** The outermost scope of a model: what it defines goes to `state`. */
  static root(graph: Graph, state: ModelState, options: ScopeOptions): Scope {
    const { seed, training, groups = [] } = options;
    const collected = { graph, state, seed, training, groups, tensors: new Map(), updates: new Map(), noise: [] };
    return new Scope(collected, '');
  }

  /** The graph that the model is built in. */
  get graph(): Graph {
    return this.collected.graph;
  }

  /** True while building what a training step runs; false for inference. */
  get training(): boolean {
    return this.collected.training;
  }

  /** The place of a part: its names begin with `name` and a dot. */
  child(name: string | number): Scope {
    return new Scope(this.collected, this.qualify(String(name)));
  }

  /** Whether training leaves a parameter of this scope alone; without a name, all that the scope holds. */
  isFrozen(name = ''): boolean {
    return settingsOf(name ? this.qualify(name) : this.path, this.collected.groups).frozen ?? false;
  }

  /**
   * A trained array. Its first values depend on the seed and its name alone. The same name gives the same tensor.
   * Throws `parameter` when the name stands for another shape already, holds `>` or is `__metadata__`, which
   * checkpoints use, and for a shape without elements.
   */
  parameter(name: string, shape: Shape, init: Initializer): Tensor {
    return this.define('parameter', name, shape, init);
  }

  /** State that is not trained; see `updateBuffer`. Throws as `parameter` does. */
  buffer(name: string, shape: Shape, init: Initializer): Tensor {
    return this.define('buffer', name, shape, init);
  }

  /** Sets what the buffer becomes after this training step. Without effect in inference. */
  updateBuffer(name: string, value: Tensor): void {
    if (this.training) this.collected.updates.set(this.qualify(name), value);
  }

  /** A float32 input drawn anew by `fill` at every training step, from the seed, the step and its position. */
  noise(shape: Shape, fill: NoiseFill): Tensor {
    const tensor = this.graph.input(`noise/${this.collected.noise.length}`, shape);
    this.collected.noise.push({ tensor, fill });
    return tensor;
  }

  /** The tensors of all parameters and buffers used so far, by full name. */
  get tensors(): ReadonlyMap<string, Tensor> {
    return this.collected.tensors;
  }

  /** What buffers become after a training step, by full name; see `updateBuffer`. Empty in inference. */
  get bufferUpdates(): ReadonlyMap<string, Tensor> {
    return this.collected.updates;
  }

  /** The inputs that `noise` declared, in order, each with what fills it. */
  get noiseInputs(): readonly NoiseInput[] {
    return this.collected.noise;
  }

  private define(kind: 'parameter' | 'buffer', name: string, shape: Shape, init: Initializer): Tensor {
    const full = this.qualify(name);
    // Checkpoints put the one between the name of a group and that of an array, and have the other beside the arrays.
    const free = !full.includes('>') && full !== '__metadata__';
    insist(free, 'parameter', `Rename the ${kind} '${full}': checkpoints keep '>' and '__metadata__' to themselves.`);
    const { graph, state, seed, tensors } = this.collected;
    state.define(full, kind, shape, () => init(shape, createRandom(seed, full)));
    const known = tensors.get(full);
    if (known) return known;
    const tensor = graph.input(full, shape);
    tensors.set(full, tensor);
    return tensor;
  }

  private qualify(name: string): string {
    return this.path ? `${this.path}.${name}` : name;
  }
}
