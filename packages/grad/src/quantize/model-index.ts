import type { GraphNode, Initializer, Model } from '../graph/model.js';

/** What rules look up about the model they rewrite. */
export class ModelIndex {
  private readonly constants: ReadonlyMap<string, Initializer>;
  private readonly readers = new Map<string, GraphNode[]>();
  private readonly results: ReadonlySet<string>;

  constructor(readonly model: Model) {
    this.constants = new Map(model.initializers.map((initializer) => [initializer.name, initializer]));
    this.results = new Set(model.outputs.map(({ name }) => name));
    for (const node of model.nodes) {
      for (const input of node.inputs) this.readers.set(input, [...(this.readers.get(input) ?? []), node]);
    }
  }

  /** A float32 constant by name; undefined when it is computed, fed, missing or of another type. */
  floats(name: string | undefined): (Initializer & { readonly data: Float32Array }) | undefined {
    const constant = this.constants.get(name ?? '');
    return constant?.data instanceof Float32Array ? { ...constant, data: constant.data } : undefined;
  }

  /** The numbers of an int64 constant. */
  integers(name: string | undefined): number[] | undefined {
    const data = this.constants.get(name ?? '')?.data;
    return data instanceof BigInt64Array ? [...data].map(Number) : undefined;
  }

  isConstant(name: string): boolean {
    return this.constants.has(name);
  }

  /** Whether a node reads no constants: only what is computed or fed has a range that is measured. */
  readsNoConstant({ inputs }: GraphNode): boolean {
    return !inputs.some((name) => this.isConstant(name));
  }

  /** The only node that reads a value; undefined when there are several or the value is an output of the model. */
  soleReader(name: string): GraphNode | undefined {
    const [first, ...others] = this.readers.get(name) ?? [];
    return others.length || this.results.has(name) ? undefined : first;
  }
}
