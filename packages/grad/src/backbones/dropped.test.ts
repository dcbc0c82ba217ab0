import { describe, expect, it } from 'vitest';
import { Graph } from '../graph/graph.js';
import type { Tensor } from '../graph/tensor.js';
import { Scope } from '../nn/scope.js';
import { ModelState } from '../nn/state.js';
import { createRandom } from '../random.js';
import { architectures } from './architectures.js';
import { efficientnet } from './efficientnet.js';
import { mobilenetV2 } from './mobilenet-v2.js';

type Build = (scope: Scope, x: Tensor, options: { readonly classes: number }) => unknown;

/** The probabilities with which a network in training drops, in the order of computation: what it keeps tells them. */
function probabilities(build: Build): number[] {
  const graph = new Graph();
  const scope = Scope.root(graph, new ModelState(), { seed: 1, training: true });
  build(scope, graph.input('x', [2, 3, 32, 32]), { classes: 4 });
  return scope.noiseInputs.map(({ fill }) => {
    const factors = new Float32Array(1000);
    fill(factors, createRandom(1));
    return 1 - 1 / Math.max(...factors);
  });
}

/** Rising over the blocks, of which those with a shortcut are dropped; then that of the features. */
const rising = (blocks: readonly number[], total: number) => blocks.map((block) => (0.2 * block) / total);
const b0 = [...rising([2, 4, 6, 7, 9, 10, 12, 13, 14], 16), 0.2];
const b3 = [...rising([1, 3, 4, 6, 7, 9, 10, 11, 12, 14, 15, 16, 17, 19, 20, 21, 22, 23, 25], 26), 0.3];

describe('what a network drops in training unless told otherwise', () => {
  it.each<[string, Build, number[]]>([
    ['resnet18', architectures.resnet18.build, []],
    ['mobilenet_v2', architectures.mobilenet_v2.build, [0.2]],
    ['efficientnet_b0', architectures.efficientnet_b0.build, b0],
    ['efficientnet_b3', architectures.efficientnet_b3.build, b3],
    ['mobilenetV2', mobilenetV2, [0.2]],
    ['efficientnet', efficientnet, b0],
  ])('is what torchvision’s drops: %s', (_, build, wanted) => {
    const found = probabilities(build);
    expect(found).toHaveLength(wanted.length);
    found.forEach((p, i) => {
      expect(p).toBeCloseTo(wanted[i]!, 6);
    });
  });
});
