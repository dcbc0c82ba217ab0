import { describe, expect, it } from 'vitest';
import { type Architecture, architectures } from '../backbones/architectures.js';
import { resnet } from '../backbones/resnet.js';
import { unet } from '../backbones/unet.js';
import { encodeModel } from '../graph/encode.js';
import type { Model } from '../graph/model.js';
import { batchNorm } from '../nn/batch-norm.js';
import { conv2d } from '../nn/conv2d.js';
import { ModelState } from '../nn/state.js';
import { add } from '../ops/add.js';
import { sum } from '../ops/sum.js';
import { floatsOf, openModel } from '../runtime/onnx-model.js';
import { normals } from '../testing/check-gradient.js';
import { type Build, buildModel } from '../training/build.js';
import { exportModel } from './export-onnx.js';
import { foldBatchNorm } from './fold-batch-norm.js';

const networks: Record<string, Build> = {
  resnet50: classifier(architectures.resnet50.build),
  'narrow resnext': classifier((scope, x, options) =>
    resnet(scope, x, { ...options, block: 'bottleneck', widths: [8, 16, 32, 64], groups: 32, groupWidth: 8 }),
  ),
  mobilenet_v2: classifier(architectures.mobilenet_v2.build),
  efficientnet_b0: classifier(architectures.efficientnet_b0.build),
  efficientnet_b3: classifier(architectures.efficientnet_b3.build),
  'u-net': ({ scope, input }) => {
    const y = unet(scope, input('x', [3, 32, 32]), { classes: 5, encoder: architectures.resnet18.encoder });
    return { loss: sum(y), outputs: { y } };
  },
  'convolution with a bias': ({ scope, input }) => {
    const y = batchNorm(scope.child('bn'), conv2d(scope.child('conv'), input('x', [3, 32, 32]), 6, 3));
    return { loss: sum(y), outputs: { y } };
  },
  'a large epsilon': ({ scope, input }) => {
    const conv = conv2d(scope.child('conv'), input('x', [3, 32, 32]), 6, 3);
    const y = batchNorm(scope.child('bn'), conv, { epsilon: 0.5 });
    return { loss: sum(y), outputs: { y } };
  },
};

describe.each(Object.entries(networks))('foldBatchNorm: %s', (_, build) => {
  it('leaves no batch normalization and the same values, for any batch', async () => {
    const plain = exportModel(sourceOf(build));
    const folded = foldBatchNorm(plain);
    expect(operators(plain)).toContain('BatchNormalization');
    expect(operators(folded)).not.toContain('BatchNormalization');
    for (const batch of [1, 3]) {
      const [expected, actual] = [await run(plain, batch), await run(folded, batch)];
      const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      actual.forEach((value, i) => {
        expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-5 * largest);
      });
    }
  });
});

describe('foldBatchNorm', () => {
  it('keeps a convolution that is also read elsewhere', async () => {
    const build: Build = ({ scope, input }) => {
      const conv = conv2d(scope.child('conv'), input('x', [3, 32, 32]), 6, 3);
      const y = add(conv, batchNorm(scope.child('bn'), conv));
      return { loss: sum(y), outputs: { y } };
    };
    const folded = foldBatchNorm(exportModel(sourceOf(build)));
    expect(operators(folded)).toContain('BatchNormalization');
    expect(await run(folded, 2)).toEqual(await run(exportModel(sourceOf(build)), 2));
  });
});

function classifier(build: Architecture['build']): Build {
  return ({ scope, input }) => {
    const { logits } = build(scope, input('x', [3, 32, 32]), { classes: 5 });
    return { loss: sum(logits), outputs: { y: logits } };
  };
}

/** A model whose running statistics are not the trivial ones. */
function sourceOf(build: Build) {
  const state = new ModelState();
  buildModel(build, { state, seed: 3, batch: 2, training: false });
  for (const name of state.names()) {
    const { shape } = state.get(name);
    if (shape.length === 1)
      state.set(
        name,
        normals(shape, name).map((v) => (name.endsWith('var') ? 0.5 + v * v : 1 + v / 4)),
      );
  }
  return { build, weights: () => state.snapshot() };
}

function operators({ nodes }: Model): string[] {
  return nodes.map(({ operator }) => operator);
}

async function run(model: Model, batch: number): Promise<Float32Array> {
  const program = await openModel(encodeModel(model), { threads: 1 });
  const { y } = await program.run({ x: normals([batch, 3, 32, 32]) });
  await program.release();
  return floatsOf(y);
}
