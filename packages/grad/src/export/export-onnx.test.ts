import { describe, expect, it } from 'vitest';
import { softmaxCrossEntropy } from '../losses/cross-entropy.js';
import { dropout } from '../nn/dropout.js';
import { embeddingBag } from '../nn/embedding.js';
import { layerNorm } from '../nn/layer-norm.js';
import { linear } from '../nn/linear.js';
import { lstm } from '../nn/lstm.js';
import { add } from '../ops/add.js';
import { mul } from '../ops/mul.js';
import { relu } from '../ops/relu.js';
import { flatten } from '../ops/reshape.js';
import { softmax } from '../ops/softmax.js';
import { sum } from '../ops/sum.js';
import { adam } from '../optim/adam.js';
import { floatsOf, openModel } from '../runtime/onnx-model.js';
import { normals } from '../testing/check-gradient.js';
import type { Build } from '../training/build.js';
import { createTrainer } from '../training/trainer.js';
import { exportOnnx } from './export-onnx.js';

const WORDS = 6;
const build: Build = ({ scope, input }) => {
  const indices = input('words', [WORDS], 'int32');
  const bag = embeddingBag(scope.child('bag'), indices, { weights: input('weights', [WORDS]), rows: 20, dim: 8 });
  const { final } = lstm(scope.child('lstm'), input('steps', [4, 3]), { size: 8, bidirectional: true });
  const joined = relu(add(layerNorm(scope.child('norm'), bag), linear(scope.child('mix'), final, 8)));
  const features = dropout(scope, joined, 0.5);
  const logits = linear(scope.child('out'), flatten(features), 3);
  return {
    loss: softmaxCrossEntropy(logits, input('label', [], 'int32')),
    outputs: { probabilities: softmax(logits), features },
  };
};

const feedsFor = (batch: number) => ({
  words: Int32Array.from({ length: batch * WORDS }, (_, i) => (i * 7) % 20),
  weights: normals([batch, WORDS], 'weights'),
  steps: normals([batch, 4, 3], 'steps'),
});

describe('an exported model', () => {
  it('gives what the trainer gives, for any number of examples, without labels', async () => {
    const trainer = await createTrainer({ seed: 5, build, batchSize: 4, optimizer: adam(), session: { threads: 1 } });
    await trainer.step({ ...feedsFor(4), label: Int32Array.of(0, 1, 2, 0) }, { lr: 0.1 });
    const model = await openModel(exportOnnx(trainer), { threads: 1 });
    expect(model.inputs.map(({ name, shape }) => [name, shape])).toEqual([
      ['words', ['N', WORDS]],
      ['weights', ['N', WORDS]],
      ['steps', ['N', 4, 3]],
    ]);
    for (const batch of [1, 5]) {
      const exported = await model.run(feedsFor(batch));
      const { outputs, loss } = await trainer.evaluate(feedsFor(batch));
      expect(loss).toBeUndefined();
      expect(exported.probabilities!.shape).toEqual([batch, 3]);
      for (const name of ['probabilities', 'features']) {
        floatsOf(exported[name]).forEach((value, i) => {
          expect(value).toBeCloseTo(outputs[name]![i]!, 5);
        });
      }
    }
    await model.release();
    await trainer.release();
  });

  it('can be cut down to some outputs and the inputs they need', async () => {
    const trainer = await createTrainer({
      seed: 5,
      batchSize: 2,
      optimizer: adam(),
      build: ({ scope, input }) => {
        const x = linear(scope.child('x'), input('a', [2]), 1);
        const y = linear(scope.child('y'), input('b', [2]), 1);
        return { loss: softmaxCrossEntropy(add(x, y), input('label', [], 'int32')), outputs: { x, y } };
      },
    });
    const model = await openModel(exportOnnx(trainer, { outputs: ['y'] }));
    expect([model.inputs, model.outputs].map((values) => values.map(({ name }) => name))).toEqual([['b'], ['y']]);
    expect(() => exportOnnx(trainer, { outputs: ['z'] })).toThrow("no output 'z'");
  });

  it('is refused without outputs', () => {
    const silent: Build = ({ scope, input }) => ({ loss: sum(linear(scope, input('x', [2]), 2)) });
    const refusal = expect.objectContaining({ code: 'graph', message: expect.stringContaining('no outputs') });
    expect(() => exportOnnx({ build: silent, weights: weightsOf([2, 2]) })).toThrow(refusal);
    expect(() => exportOnnx({ build: halves, weights: weightsOf([2, 2]) }, { outputs: [] })).toThrow(refusal);
  });

  const halves: Build = ({ scope, input }) => {
    const y = linear(scope, mul(input('x', [2]), scope.graph.constant(Float32Array.of(1, Number.NaN))), 2);
    return { loss: sum(y), outputs: { y } };
  };
  const weightsOf = (weight: number[]) => () =>
    new Map([
      ['weight', { shape: weight, data: new Float32Array(4).fill(1) }],
      ['bias', { shape: [2], data: new Float32Array(2) }],
    ]);

  it('may hold constants that are no numbers', async () => {
    const model = await openModel(exportOnnx({ build: halves, weights: weightsOf([2, 2]) }));
    const { y } = await model.run({ x: Float32Array.of(1, 2) });
    expect(floatsOf(y).every(Number.isNaN)).toBe(true);
    await model.release();
  });

  it('is refused with weights of other shapes, even of as many numbers', () => {
    for (const shape of [[4, 1], [4]]) {
      expect(() => exportOnnx({ build: halves, weights: weightsOf(shape) })).toThrow(
        expect.objectContaining({ code: 'parameter', message: expect.stringContaining("'weight' is") }),
      );
    }
  });

  it('is refused when the batch size is written into it', async () => {
    const trainer = await createTrainer({
      seed: 5,
      batchSize: 2,
      optimizer: adam(),
      build: ({ scope, input }) => {
        const logits = linear(scope, input('x', [2]), 2);
        const bias = scope.graph.constant(new Float32Array(logits.shape[0]! * 2), logits.shape);
        return { loss: softmaxCrossEntropy(logits, input('label', [], 'int32')), outputs: { y: add(logits, bias) } };
      },
    });
    expect(() => exportOnnx(trainer)).toThrow(expect.objectContaining({ code: 'batch-baked' }));
  });
});
