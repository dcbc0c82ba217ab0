import { describe, expect, it } from 'vitest';
import { softmaxCrossEntropy } from '../losses/cross-entropy.js';
import { globalAveragePool } from '../ops/average-pool.js';
import { relu } from '../ops/relu.js';
import { adam } from '../optim/adam.js';
import { sgd } from '../optim/sgd.js';
import { normals } from '../testing/check-gradient.js';
import { type Build, buildModel } from '../training/build.js';
import { buildStepGraph } from '../training/step-graph.js';
import { createTrainer, type Trainer, type TrainerOptions } from '../training/trainer.js';
import { batchNorm } from './batch-norm.js';
import { conv2d } from './conv2d.js';
import { dropout } from './dropout.js';
import { linear } from './linear.js';
import { layerWiseDecay, type ParameterGroup, settingsOf } from './parameter-groups.js';
import { ModelState } from './state.js';

const BATCH = 4;
const SIZE = 6;

/** Two convolutions with batch norm and a head; `body` holds the first of them and a dropout. */
const build: Build = ({ scope, input }) => {
  const body = scope.child('body');
  const first = conv2d(body.child('conv'), input('x', [3, SIZE, SIZE]), 5, 3, { padding: 1, bias: false });
  const kept = dropout(body, relu(batchNorm(body.child('bn'), first)), 0.5);
  const second = relu(batchNorm(scope.child('top.bn'), conv2d(scope.child('top.conv'), kept, 7, 3, { bias: false })));
  const logits = linear(scope.child('head'), globalAveragePool(second), 2);
  return { loss: softmaxCrossEntropy(logits, input('labels', [], 'int32')), outputs: { logits } };
};

const feeds = { x: normals([BATCH, 3, SIZE, SIZE]), labels: Int32Array.from([0, 1, 1, 0]) };

async function trained(groups: readonly ParameterGroup[], options: Partial<TrainerOptions> = {}, lr = 0.1) {
  const trainer = await trainerOf(groups, options);
  const before = trainer.weights();
  const { loss } = await trainer.step(feeds, { lr });
  const after = trainer.weights();
  await trainer.release();
  return { before, after, loss };
}

function trainerOf(groups: readonly ParameterGroup[], options: Partial<TrainerOptions> = {}): Promise<Trainer> {
  return createTrainer({
    seed: 3,
    batchSize: BATCH,
    build,
    optimizer: sgd(),
    groups,
    session: { threads: 1 },
    ...options,
  });
}

describe('a parameter group', () => {
  it('takes in whole names, their beginnings up to a dot, and what a pattern finds', () => {
    const frozen = (match: string | RegExp, name: string) =>
      settingsOf(name, [{ match, frozen: true }]).frozen ?? false;
    expect(frozen('layer1', 'layer1.0.weight')).toBe(true);
    expect(frozen('layer1.0.weight', 'layer1.0.weight')).toBe(true);
    expect(frozen('layer1', 'layer10.weight')).toBe(false);
    expect(frozen('0', 'layer1.0.weight')).toBe(false);
    expect(frozen(/bias$/g, 'layer1.bias')).toBe(true);
  });

  it('gives way to later ones, setting by setting', () => {
    const groups = [
      { match: 'a', lrScale: 0.1, weightDecay: 0.5 },
      { match: 'a.b', lrScale: 0.2 },
    ];
    expect(settingsOf('a.b', groups)).toEqual({ lrScale: 0.2, weightDecay: 0.5 });
    expect(settingsOf('a.c', groups)).toEqual({ lrScale: 0.1, weightDecay: 0.5 });
    expect(settingsOf('b', groups)).toEqual({});
  });

  it('is refused when it matches nothing or its numbers make no sense', async () => {
    await expect(trainerOf([{ match: 'haed', frozen: true }])).rejects.toMatchObject({
      code: 'parameter',
      message: expect.stringMatching(/'haed'.*body, top, head/),
    });
    await expect(trainerOf([{ match: 'head', lrScale: -1 }])).rejects.toMatchObject({ code: 'parameter' });
  });
});

describe('learning rates per group', () => {
  it('scale the step of their parameters alone', async () => {
    const { before, after } = await trained([{ match: 'head', lrScale: 0.25 }]);
    const [quarter, whole] = [await trained([], {}, 0.025), await trained([])];
    for (const [name, { data }] of after) {
      const expected = (name.startsWith('head.') ? quarter : whole).after.get(name)!.data;
      data.forEach((value, i) => {
        expect(value, `${name} at ${i}`).toBeCloseTo(expected[i]!, 6);
      });
      expect(data, name).not.toEqual(before.get(name)!.data);
    }
  });

  it('fall from the last layer to the first', () => {
    expect(layerWiseDecay([['conv', 'bn'], 'body', 'head'], 0.5)).toEqual([
      { match: 'conv', lrScale: 0.25 },
      { match: 'bn', lrScale: 0.25 },
      { match: 'body', lrScale: 0.5 },
      { match: 'head', lrScale: 1 },
    ]);
  });
});

describe('weight decay per group', () => {
  it('replaces that of the optimizer, vectors included', async () => {
    const plain = await trained([]);
    const decayed = await trained([{ match: 'top.bn', weightDecay: 0.5 }]);
    const [start, end, moved] = [plain.before, plain.after, decayed.after].map((w) => w.get('top.bn.weight')!.data);
    moved!.forEach((value, i) => {
      expect(value).toBeCloseTo(end![i]! - 0.1 * 0.5 * start![i]!, 6);
    });
    expect(decayed.after.get('head.weight')).toEqual(plain.after.get('head.weight'));
  });

  it('of 0 takes a parameter out of the decay', async () => {
    const optimizer = sgd({ weightDecay: 0.5 });
    const [plain, exempt] = [await trained([]), await trained([{ match: 'head', weightDecay: 0 }], { optimizer })];
    expect(exempt.after.get('head.weight')).toEqual(plain.after.get('head.weight'));
    expect(exempt.after.get('top.conv.weight')).not.toEqual(plain.after.get('top.conv.weight'));
  });
});

describe('a frozen part', () => {
  const groups = [{ match: 'body', frozen: true }];

  it('keeps its weights and running statistics, and normalizes by the latter', async () => {
    const { before, after } = await trained(groups, { optimizer: adam() });
    for (const [name, array] of after) {
      if (name.startsWith('body.')) expect(array, name).toEqual(before.get(name));
      else expect(array.data, name).not.toEqual(before.get(name)!.data);
    }
  });

  it('has no dropout: with all but a bias frozen, a step has the loss of inference', async () => {
    const trainer = await trainerOf(['body', 'top', 'head.weight'].map((match) => ({ match, frozen: true })));
    const { loss } = await trainer.evaluate(feeds);
    expect((await trainer.step(feeds, { lr: 0 })).loss).toBeCloseTo(loss!, 6);
    await trainer.release();
  });

  it('adds nothing to the gradient below what is trained', () => {
    const convolutions = (frozen: readonly ParameterGroup[]): number => {
      const state = new ModelState();
      const built = buildModel(build, { state, seed: 1, batch: BATCH, training: true, groups: frozen });
      const { model } = buildStepGraph(built, state.names('parameter'), { optimizer: sgd(), groups: frozen });
      return model.nodes.filter(({ operator }) => operator === 'Conv').length;
    };
    // Forward twice; the gradient of both weights and of what lies between them, or of the second weight alone.
    expect(convolutions([])).toBe(2 + 3);
    expect(convolutions(groups)).toBe(2 + 1);
  });

  it('may lie above a part that is trained', async () => {
    const above = [{ match: /bn/, frozen: true }];
    const { before, after } = await trained(above);
    for (const [name, array] of after) {
      const fixed = name.includes('bn');
      expect(
        array.data.every((value, i) => value === before.get(name)!.data[i]),
        name,
      ).toBe(fixed);
    }
  });
});
