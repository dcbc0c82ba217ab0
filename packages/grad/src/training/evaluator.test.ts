import { afterEach, describe, expect, it, vi } from 'vitest';
import { encodeModel } from '../graph/encode.js';
import { Graph } from '../graph/graph.js';
import { toModel } from '../graph/model.js';
import { linear } from '../nn/linear.js';
import { ModelState } from '../nn/state.js';
import { mean } from '../ops/mean.js';
import { watchSessions } from '../testing/watch-sessions.js';
import type { Build } from './build.js';
import { Evaluator } from './evaluator.js';

const build: Build = ({ scope, input }) => {
  const y = linear(scope, input('x', [1]), 1, { bias: false });
  return { loss: mean(y), outputs: { y } };
};

function evaluatorOn(providers: string[]) {
  const state = new ModelState();
  const evaluator = new Evaluator(build, state, { threads: 1, providers });
  state.set('weight', Float32Array.of(2));
  return { evaluator, lossOf: (count: number) => evaluator.evaluate(ones(count), state.current()) };
}

const ones = (count: number) => ({ x: new Float32Array(count).fill(1) });
const SIZES = [1, 2, 3, 4, 5, 6, 7];

/** Any model. */
function anything(): Uint8Array {
  const graph = new Graph();
  return encodeModel(toModel(graph, { y: mean(graph.input('x', [2])) }));
}

describe('an evaluator', () => {
  afterEach(() => vi.restoreAllMocks());

  it('computes more sizes of batches at the same time than it keeps', async () => {
    const { evaluator, lossOf } = evaluatorOn(['cpu']);
    for (const _ of ['first', 'again']) {
      const evaluations = await Promise.all(SIZES.map(lossOf));
      expect(evaluations.map(({ outputs }) => outputs.y)).toEqual(SIZES.map((n) => new Float32Array(n).fill(2)));
    }
    await evaluator.release();
  });

  it('keeps the programs of the last four sizes, and frees those before', async () => {
    const open = await watchSessions(anything());
    const { evaluator, lossOf } = evaluatorOn(['cpu']);
    for (const size of SIZES) await lossOf(size);
    expect(open()).toBe(4);
    await evaluator.release();
    expect(open()).toBe(0);
  });

  it('is released once what is under way is done', async () => {
    const { evaluator, lossOf } = evaluatorOn(['cpu']);
    const evaluation = lossOf(3);
    await evaluator.release();
    expect((await evaluation).loss).toBe(2);
  });

  it('tries anew what could not be opened, and can be released in between', async () => {
    const providers = ['nowhere'];
    const { evaluator, lossOf } = evaluatorOn(providers);
    for (const { status } of await Promise.allSettled(SIZES.map(lossOf))) expect(status).toBe('rejected');
    const last = lossOf(1);
    const released = evaluator.release();
    await expect(last).rejects.toMatchObject({ code: 'model' });
    await released;
    await expect(lossOf(2)).rejects.toMatchObject({ code: 'model' });
    providers[0] = 'cpu';
    expect((await lossOf(2)).loss).toBe(2);
    await evaluator.release();
  });
});
