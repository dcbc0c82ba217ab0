import { describe, expect, it } from 'vitest';
import { Graph } from '../graph/graph.js';
import type { Tensor } from '../graph/tensor.js';
import { createRandom } from '../random.js';
import { batchNorm } from './batch-norm.js';
import { convTranspose2d } from './conv-transpose2d.js';
import { conv2d } from './conv2d.js';
import { embedding, embeddingBag } from './embedding.js';
import { groupNorm } from './group-norm.js';
import { gru } from './gru.js';
import { fanInUniform, kaimingNormalFanOut, normal, ones, uniform, zeros } from './init.js';
import { layerNorm } from './layer-norm.js';
import { linear } from './linear.js';
import { lstm } from './lstm.js';
import { Scope } from './scope.js';
import { ModelState } from './state.js';

type Distribution = { readonly uniform: number } | { readonly normal: number } | { readonly all: number };

/** Mean, deviation and bounds, as near as so many numbers tell them. */
function expectDistribution(values: Float32Array, wanted: Distribution): void {
  if ('all' in wanted) {
    expect(new Set(values)).toEqual(new Set([wanted.all]));
    return;
  }
  const deviation = 'uniform' in wanted ? wanted.uniform / Math.sqrt(3) : wanted.normal;
  const mean = values.reduce((total, value) => total + value, 0) / values.length;
  const variance = values.reduce((total, value) => total + (value - mean) ** 2, 0) / values.length;
  const farthest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / deviation;
  expect(Math.abs(mean) / deviation).toBeLessThan(5 / Math.sqrt(values.length));
  expect(Math.abs(Math.sqrt(variance) / deviation - 1)).toBeLessThan(5 / Math.sqrt(values.length));
  if ('uniform' in wanted) expect(farthest).toBeLessThanOrEqual(Math.sqrt(3) * (1 + 1e-6));
  else expect(farthest).toBeGreaterThan(2);
}

describe('an initializer', () => {
  const shape = [64, 16, 3, 3];

  it.each([
    ['zeros', zeros, { all: 0 }],
    ['ones', ones, { all: 1 }],
    ['uniform', uniform(0.3), { uniform: 0.3 }],
    ['normal', normal(0.3), { normal: 0.3 }],
    ['fanInUniform', fanInUniform(144), { uniform: 1 / 12 }],
    ['kaimingNormalFanOut', kaimingNormalFanOut, { normal: Math.sqrt(2 / (64 * 9)) }],
  ] as const)('draws as its name says: %s', (_, init, wanted) => {
    expectDistribution(init(shape, createRandom(1, 'values')), wanted);
  });
});

describe('a layer', () => {
  const [channels, features] = [48, 40];
  const pictures = [2, channels, 8, 8];
  const words = ({ graph }: Tensor) => graph.constant(new Int32Array(6), [2, 3]);
  const layers: [string, readonly number[], (scope: Scope, x: Tensor) => unknown, Record<string, Distribution>][] = [
    [
      'linear',
      [2, features],
      (s, x) => linear(s, x, 50),
      { weight: { uniform: 1 / Math.sqrt(features) }, bias: { uniform: 1 / Math.sqrt(features) } },
    ],
    [
      'conv2d',
      pictures,
      (s, x) => conv2d(s, x, 64, [3, 5], { groups: 2 }),
      { weight: { uniform: 1 / Math.sqrt(24 * 15) }, bias: { uniform: 1 / Math.sqrt(24 * 15) } },
    ],
    [
      'convTranspose2d',
      pictures,
      (s, x) => convTranspose2d(s, x, 64, [3, 5], { groups: 2 }),
      { weight: { uniform: 1 / Math.sqrt(32 * 15) }, bias: { uniform: 1 / Math.sqrt(32 * 15) } },
    ],
    ['embedding', [1], (s, x) => embedding(s, words(x), { rows: 70, dim: 30 }), { weight: { normal: 1 } }],
    ['embeddingBag', [1], (s, x) => embeddingBag(s, words(x), { rows: 70, dim: 30 }), { weight: { normal: 1 } }],
    [
      'lstm',
      [2, 3, 20],
      (s, x) => lstm(s, x, { size: 25 }),
      {
        weight_ih_l0: { uniform: 1 / 5 },
        weight_hh_l0: { uniform: 1 / 5 },
        bias_ih_l0: { uniform: 1 / 5 },
        bias_hh_l0: { uniform: 1 / 5 },
      },
    ],
    [
      'gru',
      [2, 3, 20],
      (s, x) => gru(s, x, { size: 25 }),
      {
        weight_ih_l0: { uniform: 1 / 5 },
        weight_hh_l0: { uniform: 1 / 5 },
        bias_ih_l0: { uniform: 1 / 5 },
        bias_hh_l0: { uniform: 1 / 5 },
      },
    ],
    [
      'batchNorm',
      pictures,
      batchNorm,
      { weight: { all: 1 }, bias: { all: 0 }, running_mean: { all: 0 }, running_var: { all: 1 } },
    ],
    ['groupNorm', pictures, (s, x) => groupNorm(s, x, { groups: 4 }), { weight: { all: 1 }, bias: { all: 0 } }],
    ['layerNorm', pictures, (s, x) => layerNorm(s, x), { weight: { all: 1 }, bias: { all: 0 } }],
  ];

  it.each(layers)('begins with PyTorch’s default distributions: %s', (_, shape, layer, wanted) => {
    const graph = new Graph();
    const state = new ModelState();
    layer(Scope.root(graph, state, { seed: 1, training: true }), graph.input('x', shape));
    expect(state.names()).toEqual(Object.keys(wanted));
    for (const [name, distribution] of Object.entries(wanted)) expectDistribution(state.get(name).data, distribution);
  });
});
