import { GradError } from '../errors.js';
import { foldBatchNorm } from '../export/fold-batch-norm.js';
import type { Model } from '../graph/model.js';
import type { WeightBits } from './affine.js';
import { type CalibrationOptions, measureRanges, type Sample } from './calibrate.js';
import { ModelIndex } from './model-index.js';
import { makePlan, type Step } from './plan.js';
import { QuantizedGraph } from './quantized-graph.js';

export interface QuantizeOptions extends CalibrationOptions {
  /**
   * Default 7: the same answers on every processor. Those without eight-bit dot products (x86 before AVX-512 VNNI and
   * AVX-VNNI) add two products in 16 bits, which large ones of 8 overflow, unless their sessions have the `config`
   * `{ 'session.x64quantprecision': '1' }`, which is slower.
   */
  readonly weightBits?: WeightBits;
  /** Names of weights, as `foldBatchNorm` leaves them, whose convolutions and products stay in float32. Default: none. */
  readonly keep?: readonly string[];
}

/**
 * A model for inference with weights and activations in eight bits: a quarter of the size, several times as fast on
 * processors with eight-bit dot products (AVX-512 VNNI, AMX, ARM's SDOT). Weights have a scale for each output channel;
 * activations one each, from their range over `samples`, which should be like those to come: some dozens do.
 * Convolutions and products with constant weights are converted, and what lies between them; the rest stays in float32.
 * See `compareModels` for what it costs in accuracy.
 *
 * Jacob et al. 2018, "Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference".
 *
 * Throws `quantize` when the samples hold no examples, when an option is out of its range, when nothing in the model
 * can be converted, when a weight to keep is not in it, and when a weight to convert or a value measured is not finite;
 * `feed` when a sample does not fit.
 */
export async function quantize(
  model: Model,
  samples: readonly Sample[],
  options: QuantizeOptions = {},
): Promise<Model> {
  const { percentile = 1, weightBits = 7, keep = [] } = options;
  if (!(percentile > 0.5 && percentile <= 1))
    throw new GradError('quantize', `percentile is a share of values above 0.5 and up to 1, not ${percentile}.`);
  if (![7, 8].includes(weightBits)) throw new GradError('quantize', `weightBits is 7 or 8, not ${weightBits}.`);
  const index = new ModelIndex(foldBatchNorm(model));
  const unknown = keep.find((name) => !index.isConstant(name));
  if (unknown !== undefined) throw new GradError('quantize', `There is no weight '${unknown}' to keep in float32.`);
  const { steps, measured } = makePlan(index, new Set(keep));
  if (!steps.some(({ rule }) => rule?.when === 'always')) {
    throw new GradError(
      'quantize',
      'Nothing here can be quantized: the model has no convolution and no matrix product with constant weights.',
    );
  }
  requireFiniteWeights(steps, index);
  const ranges = await measureRanges(index.model, measured, samples, options);
  return rewrite(steps, new QuantizedGraph(index, { ranges, weightBits }));
}

/** Eight bits hold finite numbers only, and the sums they would show in are not all measured. */
function requireFiniteWeights(steps: readonly Step[], index: ModelIndex): void {
  const names = steps.flatMap(({ node, rule }) => (rule ? node.inputs : []));
  const broken = names.find((name) => index.floats(name)?.data.some((value) => !Number.isFinite(value)));
  if (broken === undefined) return;
  throw new GradError('quantize', `'${broken}' holds numbers that are not finite; check the model's weights.`);
}

function rewrite(steps: readonly Step[], graph: QuantizedGraph): Model {
  for (const { node, rule, output } of steps) {
    if (rule) {
      rule.emit(node, output, graph);
    } else {
      graph.nodes.push({ ...node, inputs: node.inputs.map((name) => graph.float(name)) });
      for (const name of node.outputs) graph.declareFloat(name);
    }
  }
  const { model } = graph.index;
  for (const { name } of model.outputs) graph.float(name);
  const read = new Set(graph.nodes.flatMap(({ inputs }) => inputs));
  const initializers = [...model.initializers, ...graph.initializers.values()].filter(({ name }) => read.has(name));
  return { ...model, nodes: graph.nodes, initializers };
}
