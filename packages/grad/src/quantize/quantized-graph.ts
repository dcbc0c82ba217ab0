import type { DType, TensorData } from '../graph/dtype.js';
import type { Attribute, GraphNode, Initializer } from '../graph/model.js';
import { type Affine, affineOf, type Range, type WeightBits } from './affine.js';
import type { ModelIndex } from './model-index.js';

/** The names under which a value lies in eight bits. */
export interface QuantizedValue {
  readonly q: string;
  readonly affine: Affine;
  /** Name, scale and zero point: as the quantized operators take them. */
  readonly triple: readonly [string, string, string];
}

/** The graph being written: every value of the old one exists in eight bits, in float32, or both once both are asked for. */
export class QuantizedGraph {
  readonly nodes: GraphNode[] = [];
  readonly initializers = new Map<string, Initializer>();
  private readonly inEightBits = new Map<string, QuantizedValue>();
  private readonly inFloat = new Set<string>();

  constructor(
    readonly index: ModelIndex,
    private readonly options: { readonly ranges: ReadonlyMap<string, Range>; readonly weightBits: WeightBits },
  ) {
    for (const { name } of index.model.inputs) this.inFloat.add(name);
    for (const { name } of index.model.initializers) this.inFloat.add(name);
  }

  get weightBits(): WeightBits {
    return this.options.weightBits;
  }

  append(operator: string, inputs: readonly string[], output: string, options: NodeOptions = {}): void {
    const { attributes = {}, domain = '' } = options;
    this.nodes.push({ operator, domain, inputs, outputs: [output], attributes });
  }

  /** A constant; the same name is stored once. */
  constant(name: string, data: TensorData, shape: readonly number[], dtype: DType): string {
    this.initializers.set(name, { name, shape, dtype, data });
    return name;
  }

  /** The value in eight bits, converted here where it is not yet. */
  quantized(name: string): QuantizedValue {
    const known = this.inEightBits.get(name);
    if (known) return known;
    const value = this.declare(name);
    this.append('QuantizeLinear', [name, ...value.triple.slice(1)], value.q);
    return value;
  }

  /** The name of the value in float32, converted here where it is not yet. */
  float(name: string): string {
    const value = this.inEightBits.get(name);
    if (value && !this.inFloat.has(name)) {
      this.append('DequantizeLinear', value.triple, name);
      this.inFloat.add(name);
    }
    return name;
  }

  /** Announces that what is appended next computes this value in eight bits, over its measured range or `like` another. */
  declare(name: string, like?: QuantizedValue): QuantizedValue {
    const affine = like?.affine ?? affineOf(this.rangeOf(name));
    const [scale, zero] = like
      ? [like.triple[1], like.triple[2]]
      : [
          this.constant(`${name}/scale`, Float32Array.of(affine.scale), [], 'float32'),
          this.constant(`${name}/zero`, Uint8Array.of(affine.zeroPoint), [], 'uint8'),
        ];
    const value: QuantizedValue = { q: `${name}/quantized`, affine, triple: [`${name}/quantized`, scale, zero] };
    this.inEightBits.set(name, value);
    return value;
  }

  /** Announces that a node computes this value in float32. */
  declareFloat(name: string): void {
    this.inFloat.add(name);
  }

  private rangeOf(name: string): Range {
    const range = this.options.ranges.get(name);
    if (!range) throw new Error(`The range of '${name}' was not measured.`);
    return range;
  }
}

export interface NodeOptions {
  readonly attributes?: Readonly<Record<string, Attribute>>;
  readonly domain?: string;
}
