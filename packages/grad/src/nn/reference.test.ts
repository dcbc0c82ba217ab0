import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { binaryCrossEntropy } from '../losses/binary-cross-entropy.js';
import { softmaxCrossEntropy } from '../losses/cross-entropy.js';
import { huberLoss } from '../losses/huber.js';
import { tripletLoss } from '../losses/triplet.js';
import { add } from '../ops/add.js';
import { averagePool } from '../ops/average-pool.js';
import { embeddingBag } from '../ops/embedding-bag.js';
import { gelu } from '../ops/gelu.js';
import { hardSwish } from '../ops/hard-swish.js';
import { maxPool } from '../ops/max-pool.js';
import { mul } from '../ops/mul.js';
import { normalize } from '../ops/normalize.js';
import { upsample } from '../ops/upsample.js';
import { variance } from '../ops/variance.js';
import { expectProbe, formula, type Probe } from '../testing/reference-values.js';
import { type LayerUnderTest, runLayer } from '../testing/run-layer.js';
import { convTranspose2d } from './conv-transpose2d.js';
import { conv2d } from './conv2d.js';
import { groupNorm } from './group-norm.js';
import { gru } from './gru.js';
import { layerNorm } from './layer-norm.js';
import { lstm } from './lstm.js';
import type { RecurrentOptions } from './recurrent.js';
import type { Scope } from './scope.js';
import { squeezeExcite } from './squeeze-excite.js';

interface Reference {
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  readonly outputs: Readonly<Record<string, Probe>>;
  readonly gradients: Readonly<Record<string, Probe>>;
}

const references = JSON.parse(readFileSync(new URL('../../reference/layers.json', import.meta.url), 'utf8')) as Record<
  string,
  Reference
>;

const ints = ({ graph }: Scope, values: number[], shape: number[]) => graph.constant(Int32Array.from(values), shape);
const weights = ({ graph }: Scope, count: number, offset: number) =>
  graph.constant(Float32Array.from(formula('weights', count), (value) => Math.fround(value) + offset));

const stacked = (scope: Scope): RecurrentOptions => ({
  size: 4,
  layers: 2,
  bidirectional: true,
  lengths: ints(scope, [6, 2, 4], [3]),
});
const bags = (scope: Scope) => ints(scope, [1, 3, 0, 2, 2, 4], [2, 3]);

/** The cases of reference/layers.py. */
const layers: Record<string, LayerUnderTest> = {
  lstm: (scope, x) => ({ ...lstm(scope, x, stacked(scope)) }),
  gru: (scope, x) => ({ ...gru(scope, x, stacked(scope)) }),
  conv2d: (scope, x) => conv2d(scope, x, 4, [3, 2], { stride: 2, padding: 1, dilation: 2, groups: 2 }),
  convTranspose2d: (scope, x) =>
    convTranspose2d(scope, x, 6, 3, { stride: 2, padding: 1, outputPadding: 1, groups: 2 }),
  'convTranspose2d dilated': (scope, x) => convTranspose2d(scope, x, 2, 3, { stride: [1, 2], dilation: 2 }),
  groupNorm: (scope, x) => groupNorm(scope, x, { groups: 2 }),
  layerNorm: (scope, x) => layerNorm(scope, x),
  squeezeExcite: (scope, x) => squeezeExcite(scope, x, 3),
  nearest: (_, x) => upsample(x, { size: [9, 11] }),
  bilinear: (_, x) => upsample(x, { size: [9, 11], mode: 'bilinear' }),
  'bilinear twice': (_, x) => upsample(x, { scale: 2, mode: 'bilinear' }),
  maxPool: (_, x) => maxPool(x, { kernel: 3, stride: 2, padding: 1 }),
  averagePool: (_, x) => averagePool(x, { kernel: 3, stride: 2, padding: 1 }),
  hardSwish: (_, x) => hardSwish(mul(x, 5)),
  gelu: (_, x) => gelu(mul(x, 3)),
  variance: (_, x) => variance(x, [1], { unbiased: true }),
  normalize: (_, x) => add(x, normalize(x, 1)),
  embeddingBag: (scope, table, w) => embeddingBag(table!, bags(scope), { weights: w! }),
  'embeddingBag mean': (scope, table) => embeddingBag(table!, bags(scope), { mode: 'mean' }),
  'cross-entropy of pixels': (scope, x) => {
    const labels = ints(scope, [2, 0, 255, 1, 1, 3, 0, 255, 2], [1, 3, 3]);
    return softmaxCrossEntropy(x, labels, { axis: 1, labelSmoothing: 0.1, classWeights: weights(scope, 4, 2) });
  },
  'binary cross-entropy': (scope, x) =>
    binaryCrossEntropy(mul(x, 4), weights(scope, 3, 0.5), { positiveWeight: weights(scope, 3, 2) }),
  huber: (_, x, t) => huberLoss(mul(x, 3), t!, { delta: 0.7 }),
  triplet: (_, x, p, n) => tripletLoss(x, p!, n!, { margin: 0.5 }),
};

describe('beside PyTorch', () => {
  it('no stored case is forgotten', () => {
    expect(Object.keys(layers).toSorted()).toEqual(Object.keys(references).toSorted());
  });

  it.each(Object.entries(layers))('%s has the values and every gradient', async (name, layer) => {
    const reference = references[name]!;
    const numbers = (leaf: string, count: number) => Float32Array.from(formula(leaf, count));
    const actual = await runLayer(layer, { inputs: reference.inputs, numbers });
    for (const [output, probe] of Object.entries(reference.outputs)) expectProbe(output, actual[output], probe);
    const gradients = Object.keys(actual).filter((key) => key.startsWith('d '));
    expect(gradients.toSorted()).toEqual(
      Object.keys(reference.gradients)
        .map((key) => `d ${key}`)
        .toSorted(),
    );
    for (const [leaf, probe] of Object.entries(reference.gradients)) expectProbe(leaf, actual[`d ${leaf}`], probe);
  });
});
