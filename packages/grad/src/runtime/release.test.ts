import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { encodeModel } from '../graph/encode.js';
import { Graph } from '../graph/graph.js';
import { type Model, toModel } from '../graph/model.js';
import { node } from '../graph/node.js';
import { linear } from '../nn/linear.js';
import { add } from '../ops/add.js';
import { mean } from '../ops/mean.js';
import type { Optimizer } from '../optim/optimizer.js';
import { compareModels } from '../quantize/compare-models.js';
import { watchSessions } from '../testing/watch-sessions.js';
import { createTrainer } from '../training/trainer.js';
import { openModelInPlace } from './model-in-place.js';
import { openModel } from './onnx-model.js';

function example(): Model {
  const graph = new Graph();
  const x = graph.input('x', [1]);
  return toModel(graph, { y: add(x, x) });
}

/** With a list of tensors as an output. */
function listing(): Model {
  const empty = { operator: 'SequenceEmpty', domain: '', inputs: [], outputs: ['list'], attributes: {} };
  const { nodes, outputs, ...model } = example();
  const list = { name: 'list', shape: [], dtype: 'float32', sequence: true } as const;
  return { ...model, nodes: [...nodes, empty], outputs: [...outputs, list] };
}

/** With an operator that the runtime does not know. */
function impossible(): Model {
  const { nodes, ...model } = example();
  return { ...model, nodes: nodes.map((each) => ({ ...each, operator: 'Guess' })) };
}

describe('no session stays open', () => {
  let open: () => number;
  beforeEach(async () => {
    open = await watchSessions(encodeModel(example()));
  });
  afterEach(() => vi.restoreAllMocks());

  it('of a model that is released', async () => {
    const model = await openModel(encodeModel(example()));
    expect(open()).toBe(1);
    await model.release();
    await model.release();
    expect(open()).toBe(0);
  });

  it('of a model that writes in place and is released', async () => {
    const model = await openModelInPlace(example(), new Map());
    expect(open()).toBe(1);
    await model.release();
    await model.release();
    expect(open()).toBe(0);
  });

  it('of a model whose output is no tensor', async () => {
    await expect(openModel(encodeModel(listing()))).rejects.toThrow("'list' is not a tensor");
    expect(open()).toBe(0);
    await expect(openModelInPlace(listing(), new Map())).rejects.toThrow("'list' is not a tensor");
    expect(open()).toBe(0);
  });

  it('of two models of which one cannot be opened', async () => {
    const samples = [{ x: Float32Array.of(1) }];
    await expect(compareModels(example(), impossible(), samples)).rejects.toMatchObject({ code: 'model' });
    expect(open()).toBe(0);
  });

  it('of a trainer whose update cannot be opened', async () => {
    const optimizer: Optimizer = {
      name: 'impossible',
      slots: [],
      scalars: () => ({}),
      update: ({ parameter }) => ({ parameter: node('Guess', [parameter], parameter.shape), slots: {} }),
    };
    const trainer = createTrainer({
      ...{ seed: 1, batchSize: 2, accumulate: 2, optimizer },
      build: ({ scope, input }) => ({ loss: mean(linear(scope, input('x', [1]), 1)) }),
    });
    await expect(trainer).rejects.toMatchObject({ code: 'model' });
    expect(open()).toBe(0);
  });
});
