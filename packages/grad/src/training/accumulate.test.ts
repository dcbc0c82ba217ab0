import { describe, expect, it } from 'vitest';
import { softmaxCrossEntropy } from '../losses/cross-entropy.js';
import { batchNorm } from '../nn/batch-norm.js';
import { dropout } from '../nn/dropout.js';
import { linear } from '../nn/linear.js';
import { mean } from '../ops/mean.js';
import { mul } from '../ops/mul.js';
import { square } from '../ops/square.js';
import { tanh } from '../ops/tanh.js';
import { adamW } from '../optim/adam.js';
import { normals } from '../testing/check-gradient.js';
import type { Build } from './build.js';
import { createTrainer, type StepResult, type Trainer, type TrainerOptions } from './trainer.js';

const BATCH = 12;

const build: Build = ({ scope, input }) => {
  const scale = input('scale', [1], 'float32', { batched: false });
  const hidden = tanh(linear(scope.child('hidden'), mul(input('x', [3]), scale), 5));
  const logits = linear(scope.child('out'), hidden, 2);
  return { loss: softmaxCrossEntropy(logits, input('label', [], 'int32')), outputs: { logits } };
};

const feeds = {
  x: normals([BATCH, 3]),
  label: Int32Array.from({ length: BATCH }, (_, i) => i % 2),
  scale: Float32Array.of(1.5),
};

function trainerOf(accumulate: number, options: Partial<TrainerOptions> = {}): Promise<Trainer> {
  return createTrainer({
    seed: 4,
    batchSize: BATCH,
    build,
    optimizer: adamW(),
    clipNorm: 0.2,
    averageDecay: 0.9,
    inputGradients: ['x', 'scale'],
    accumulate,
    session: { threads: 1 },
    ...options,
  });
}

async function threeSteps(trainer: Trainer): Promise<StepResult[]> {
  const results: StepResult[] = [];
  for (let step = 0; step < 3; step++) results.push(await trainer.step(feeds, { lr: 0.05 }));
  return results;
}

function expectClose(actual: Float32Array, expected: Float32Array): void {
  expect(actual.length).toBe(expected.length);
  actual.forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i]!, 5);
  });
}

describe('accumulating gradients', () => {
  it('equals the step of the whole batch: loss, norm, outputs, gradients by inputs and weights', async () => {
    const [whole, parts] = [await trainerOf(1), await trainerOf(4)];
    const [expected, actual] = [await threeSteps(whole), await threeSteps(parts)];
    actual.forEach((result, step) => {
      const other = expected[step]!;
      expect(result.loss).toBeCloseTo(other.loss, 6);
      expect(result.gradientNorm).toBeCloseTo(other.gradientNorm!, 6);
      expectClose(result.outputs.logits!, other.outputs.logits!);
      expectClose(result.inputGradients.x!, other.inputGradients.x!);
      expectClose(result.inputGradients.scale!, other.inputGradients.scale!);
    });
    const averages = parts.weights();
    for (const [name, { data }] of whole.weights()) expectClose(averages.get(name)!.data, data);
    expect(parts.stepsDone).toBe(3);
  });

  it('returns outputs without examples as the whole batch does: once', async () => {
    const withMeans: Build = ({ scope, input }) => {
      const y = linear(scope, input('x', [3]), 2);
      const weight = scope.tensors.get('weight')!;
      return { loss: mean(square(y)), outputs: { y, mean: mean(y), weight } };
    };
    const outputsOf = async (parts: number) => {
      const trainer = await trainerOf(parts, { build: withMeans, inputGradients: [] });
      return (await trainer.step({ x: feeds.x }, { lr: 0 })).outputs;
    };
    const [whole, parts] = [await outputsOf(1), await outputsOf(4)];
    expect(Object.keys(parts)).toEqual(['y', 'mean', 'weight']);
    for (const [name, values] of Object.entries(whole)) expectClose(parts[name]!, values);
  });

  it('draws other noise for each part, and moves running statistics on with each', async () => {
    const withNoise: Build = ({ scope, input }) => {
      const kept = dropout(scope, input('x', [3]), 0.5);
      const logits = linear(scope.child('out'), batchNorm(scope.child('bn'), kept), 2);
      return { loss: softmaxCrossEntropy(logits, input('label', [], 'int32')), outputs: { kept } };
    };
    const trainer = await trainerOf(2, { build: withNoise, inputGradients: [], averageDecay: 0 });
    const same = new Float32Array(BATCH * 3).fill(2);
    const { outputs } = await trainer.step({ x: same, label: feeds.label }, { lr: 0 });
    const half = (BATCH * 3) / 2;
    expect(outputs.kept!.subarray(0, half)).not.toEqual(outputs.kept!.subarray(half));
    const mean = (values: Float32Array, channel: number) =>
      values.filter((_, i) => i % 3 === channel).reduce((sum, value) => sum + value, 0) / (values.length / 3);
    const running = trainer.weights().get('bn.running_mean')!.data;
    for (let channel = 0; channel < 3; channel++) {
      const [first, second] = [
        mean(outputs.kept!.subarray(0, half), channel),
        mean(outputs.kept!.subarray(half), channel),
      ];
      expect(running[channel]).toBeCloseTo(0.9 * 0.1 * first + 0.1 * second, 5);
    }
  });

  it('leaves all state alone when one part is not finite', async () => {
    const trainer = await trainerOf(4);
    const before = trainer.weights();
    const x = feeds.x.slice();
    x[10] = Number.NaN;
    await expect(trainer.step({ ...feeds, x }, { lr: 0.05 })).rejects.toMatchObject({ code: 'not-finite' });
    expect(trainer.weights()).toEqual(before);
    expect(trainer.stepsDone).toBe(0);
  });

  it('refuses batches that cannot be split, and names feeds that are missing or unknown', async () => {
    await expect(trainerOf(5)).rejects.toMatchObject({ code: 'graph' });
    const trainer = await trainerOf(4);
    const { x, ...others } = feeds;
    await expect(trainer.step(others, { lr: 0.1 })).rejects.toThrow("'x' is missing");
    await expect(trainer.step({ ...feeds, y: x }, { lr: 0.1 })).rejects.toThrow("no input 'y'");
    await expect(trainer.step({ ...feeds, x: x.subarray(1) }, { lr: 0.1 })).rejects.toMatchObject({ code: 'feed' });
    const turned = { data: x, shape: [3, BATCH] };
    await expect(trainer.step({ ...feeds, x: turned }, { lr: 0.1 })).rejects.toMatchObject({ code: 'feed' });
    await trainer.step({ ...feeds, x: { data: x, shape: [BATCH, 3] } }, { lr: 0.1 });
  });
});
