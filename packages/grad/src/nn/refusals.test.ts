import { describe, expect, it } from 'vitest';
import { Graph } from '../graph/graph.js';
import type { Tensor } from '../graph/tensor.js';
import { attentionPool } from './attention-pool.js';
import { batchNorm } from './batch-norm.js';
import { convTranspose2d } from './conv-transpose2d.js';
import { conv2d } from './conv2d.js';
import { embedding, embeddingBag } from './embedding.js';
import { groupNorm } from './group-norm.js';
import { layerNorm } from './layer-norm.js';
import { linear } from './linear.js';
import { Scope } from './scope.js';
import { squeezeExcite } from './squeeze-excite.js';
import { ModelState } from './state.js';

const PICTURES = [2, 3, 4, 4];
const WORDS = [2, 5, 6];

type Layer = (scope: Scope, x: Tensor) => unknown;

const words = ({ graph }: Tensor) => graph.constant(new Int32Array(6), [2, 3]);

const slips: [string, readonly number[], Layer, string][] = [
  ['linear to nothing', PICTURES, (s, x) => linear(s, x, 0), "'weight' cannot have the shape [0, 4]"],
  ['linear to half a unit', PICTURES, (s, x) => linear(s, x, 2.5), "'weight' cannot have the shape [2.5, 4]"],
  ['conv2d to nothing', PICTURES, (s, x) => conv2d(s, x, 0, 3), "'weight' cannot have the shape [0, 3, 3, 3]"],
  ['conv2d by nothing', PICTURES, (s, x) => conv2d(s, x, 4, 0), "'weight' cannot have the shape [4, 3, 0, 0]"],
  ['conv2d of what is no picture', [5], (s, x) => conv2d(s, x, 4, 3), 'x [5] does not fit weight'],
  [
    'conv2d in groups that cannot be',
    PICTURES,
    (s, x) => conv2d(s, x, 4, 3, { groups: 2 }),
    '3 channels cannot be shared by 2 groups',
  ],
  [
    'conv2d in no groups',
    PICTURES,
    (s, x) => conv2d(s, x, 4, 3, { groups: 0 }),
    '3 channels cannot be shared by 0 groups',
  ],
  [
    'conv2d in half groups',
    PICTURES,
    (s, x) => conv2d(s, x, 6, 3, { groups: 1.5 }),
    '3 channels cannot be shared by 1.5 groups',
  ],
  [
    'conv2d to channels that groups cannot share',
    PICTURES,
    (s, x) => conv2d(s, x, 4, 3, { groups: 3 }),
    'with K a multiple of groups',
  ],
  [
    'convTranspose2d in groups that cannot be',
    PICTURES,
    (s, x) => convTranspose2d(s, x, 4, 3, { groups: 2 }),
    'with C a multiple of groups',
  ],
  [
    'convTranspose2d to channels that groups cannot share',
    PICTURES,
    (s, x) => convTranspose2d(s, x, 4, 3, { groups: 3 }),
    '4 channels cannot be shared by 3 groups',
  ],
  [
    'convTranspose2d to nothing',
    PICTURES,
    (s, x) => convTranspose2d(s, x, 0, 3),
    "'weight' cannot have the shape [3, 0",
  ],
  ['embedding of no rows', PICTURES, (s, x) => embedding(s, words(x), { rows: 0, dim: 2 }), 'the shape [0, 2]'],
  [
    'embeddingBag of no numbers',
    PICTURES,
    (s, x) => embeddingBag(s, words(x), { rows: 2, dim: 0 }),
    'the shape [2, 0]',
  ],
  ['squeezeExcite to nothing', PICTURES, (s, x) => squeezeExcite(s, x, 0), "'fc1.weight' cannot have the shape [0, 3"],
  ['attentionPool by nothing', WORDS, (s, x) => attentionPool(s, x, { size: 0 }), "'projection.weight' cannot have"],
  ['batchNorm of what has no channels', [5], (s, x) => batchNorm(s, x), 'x [5] needs one value per channel'],
  ['batchNorm with ε below 0', PICTURES, (s, x) => batchNorm(s, x, { epsilon: -1 }), 'epsilon must be'],
  [
    'batchNorm moved too far',
    PICTURES,
    (s, x) => batchNorm(s, x, { momentum: 5 }),
    'momentum must be from 0 to 1, not 5',
  ],
  ['batchNorm moved away', PICTURES, (s, x) => batchNorm(s, x, { momentum: -0.1 }), 'momentum must be from 0 to 1'],
  ['groupNorm in half groups', PICTURES, (s, x) => groupNorm(s, x, { groups: 1.5 }), 'in 1.5 groups'],
  ['groupNorm in no groups', PICTURES, (s, x) => groupNorm(s, x, { groups: 0 }), 'in 0 groups'],
  ['groupNorm in −3 groups', PICTURES, (s, x) => groupNorm(s, x, { groups: -3 }), 'in -3 groups'],
  [
    'groupNorm, ε no number',
    PICTURES,
    (s, x) => groupNorm(s, x, { groups: 3, epsilon: Number.NaN }),
    'epsilon must be',
  ],
  ['layerNorm with ε below 0', WORDS, (s, x) => layerNorm(s, x, -1e-5), 'epsilon must be'],
  ['layerNorm of no rows', [0, 6], (s, x) => layerNorm(s, x), 'x [0, 6] has nothing to normalise'],
];

describe('a layer that cannot be made', () => {
  it.each(slips)('is refused with the reason: %s', (_, shape, layer, reason) => {
    const graph = new Graph();
    const scope = Scope.root(graph, new ModelState(), { seed: 1, training: true });
    expect(() => layer(scope, graph.input('x', shape))).toThrow(reason);
  });
});
