import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { encodeModel } from '../graph/encode.js';
import { Graph } from '../graph/graph.js';
import type { Model } from '../graph/model.js';
import { toModel } from '../graph/model.js';
import { add } from '../ops/add.js';
import { gather } from '../ops/gather.js';
import { mul } from '../ops/mul.js';
import { floatsOf, type OnnxModel } from '../runtime/onnx-model.js';
import { watchSessions } from '../testing/watch-sessions.js';
import { openPredictor, Predictor, type PredictorOptions } from './predictor.js';

/** y = 2x + 1 for x [2, 2]. */
function affineOfTwo(): Model {
  const graph = new Graph();
  return toModel(graph, { y: add(mul(graph.input('x', [2, 2]), 2), 1) });
}
/** The same for x [N, 2]. */
const affine = () => encodeModel(dynamic(affineOfTwo()));
const fixed = () => encodeModel(affineOfTwo());

/** Rows of a table of three. */
function lookUp(): Uint8Array {
  const graph = new Graph();
  const table = graph.constant(Float32Array.of(10, 20, 30), [3, 1]);
  return encodeModel(dynamic(toModel(graph, { y: gather(table, graph.input('row', [2], 'int32')) })));
}

function dynamic(model: Model): Model {
  const free = <T extends { shape: readonly (number | string)[] }>(values: readonly T[]) =>
    values.map((value) => ({ ...value, shape: ['N', ...value.shape.slice(1)] }));
  return { ...model, inputs: free(model.inputs), outputs: free(model.outputs) };
}

const x = (...values: number[]) => ({ x: Float32Array.from(values) });
const options = { session: { threads: 1 }, worker: false } satisfies PredictorOptions;

describe('a predictor', () => {
  it.each([false, true])('answers each call with its own examples (own thread: %s)', async (worker) => {
    const predictor = await openPredictor(affine(), { ...options, worker });
    const answers = await Promise.all([predictor.predict(x(1, 2)), predictor.predict(x(3, 4, 5, 6))]);
    expect(answers.map(({ y }) => y)).toEqual([
      { data: Float32Array.of(3, 5), shape: [1, 2] },
      { data: Float32Array.of(7, 9, 11, 13), shape: [2, 2] },
    ]);
    await predictor.close();
  });

  it('computes a call larger than a batch in parts', async () => {
    const predictor = await openPredictor(affine(), { ...options, maxBatch: 2 });
    const { y } = await predictor.predict(x(1, 2, 3, 4, 5, 6, 7, 8, 9, 10));
    expect(y).toEqual({ data: Float32Array.of(3, 5, 7, 9, 11, 13, 15, 17, 19, 21), shape: [5, 2] });
    await predictor.close();
  });

  it('refuses what does not fit, with a reason', async () => {
    const predictor = await openPredictor(affine(), options);
    await expect(predictor.predict(x(1, 2, 3))).rejects.toMatchObject({ code: 'feed' });
    await expect(predictor.predict({})).rejects.toThrow("'x' is missing");
    await expect(predictor.predict({ ...x(1, 2), z: x(1).x })).rejects.toThrow("no input 'z'");
    await expect(predictor.predict(x())).rejects.toThrow('at least one');
    await predictor.close();
  });

  it.each<[PredictorOptions, string]>([
    [{ maxBatch: 0 }, 'positive whole number, not 0'],
    [{ batchSizes: [4, 1.5] }, 'positive whole number, not 1.5'],
    [{ batchSizes: [] }, 'at least one size'],
    [{ latency: -1 }, 'not -1'],
    [{ latency: Number.NaN }, 'not NaN'],
    [{ latency: 2 ** 31 }, 'not 2147483648'],
    [{ maxWaiting: Number.NaN }, 'not NaN'],
    [{ maxWaiting: -1 }, 'not -1'],
    [{ outputs: [] }, 'at least one output'],
  ])('refuses settings out of their range: %j', async (wrong, message) => {
    await expect(openPredictor(affine(), { ...options, ...wrong })).rejects.toMatchObject({
      code: 'feed',
      message: expect.stringContaining(message),
    });
  });

  it('computes the outputs asked for, and is typed by the names given', async () => {
    const graph = new Graph();
    const input = graph.input('x', [2, 2]);
    const bytes = encodeModel(dynamic(toModel(graph, { double: mul(input, 2), triple: mul(input, 3) })));
    const predictor = await openPredictor(bytes, { ...options, inputs: ['x'], outputs: ['triple'] });
    const result = await predictor.predict(x(1, 2));
    expect(result.triple.data).toEqual(Float32Array.of(3, 6));
    expect(Object.keys(result)).toEqual(['triple']);
    await predictor.close();
    await expect(openPredictor(bytes, { ...options, outputs: ['half'] })).rejects.toThrow("no output 'half'");
    await expect(openPredictor(bytes, { ...options, inputs: ['z'] })).rejects.toThrow('takes x, not z');
  });

  it.each([
    ['together', affine(), {}],
    ['in parts', affine(), { maxBatch: 1 }],
    ['call by call', fixed(), {}],
  ])('answers with what it was given at the call, %s, whatever becomes of the array', async (_, bytes, more) => {
    const predictor = await openPredictor(bytes, { ...options, ...more });
    const { x: reused } = x(1, 2, 3, 4);
    const [first, second] = [predictor.predict({ x: reused }), predictor.predict({ x: reused.fill(0) })];
    reused.fill(9);
    expect([...floatsOf((await first).y)]).toEqual([3, 5, 7, 9]);
    expect([...floatsOf((await second).y)]).toEqual([1, 1, 1, 1]);
    await predictor.close();
  });

  it('lets one bad example fail alone', async () => {
    const predictor = await openPredictor(lookUp(), options);
    const rows = [0, 99, 2].map((row) => predictor.predict({ row: Int32Array.of(row) }));
    const [first, bad, last] = await Promise.allSettled(rows);
    expect(first).toMatchObject({ value: { y: { data: Float32Array.of(10) } } });
    expect(bad).toMatchObject({ reason: { name: 'GradError', code: 'model' } });
    expect(last).toMatchObject({ value: { y: { data: Float32Array.of(30) } } });
    await predictor.close();
  });

  it('finishes what waits when it is closed, and takes no more', async () => {
    const predictor = await openPredictor(affine(), { ...options, latency: 60_000 });
    const waiting = predictor.predict(x(1, 2));
    await predictor.close();
    expect(floatsOf((await waiting).y)).toEqual(Float32Array.of(3, 5));
    await expect(predictor.predict(x(1, 2))).rejects.toMatchObject({ code: 'closed' });
    await predictor.close();
  });

  it('is warm when it is opened, unless told not to be; what fails on that is not left open', async () => {
    const sessions = await watchSessions(affine());
    const warmUp = vi.spyOn(Predictor.prototype, 'warmUp');
    await (await openPredictor(affine(), options)).close();
    expect(warmUp).toHaveBeenCalledTimes(1);
    await (await openPredictor(affine(), { ...options, warmUp: false })).close();
    expect(warmUp).toHaveBeenCalledTimes(1);
    warmUp.mockRejectedValueOnce(new Error('out of memory'));
    await expect(openPredictor(affine(), options)).rejects.toThrow('out of memory');
    expect(sessions()).toBe(0);
    vi.restoreAllMocks();
  });

  it('runs a model of one fixed shape call by call', async () => {
    const predictor = await openPredictor(fixed(), options);
    expect(predictor.batched).toBe(false);
    const answers = await Promise.all([predictor.predict(x(1, 2, 3, 4)), predictor.predict(x(5, 6, 7, 8))]);
    expect(answers.map(({ y }) => [...floatsOf(y)])).toEqual([
      [3, 5, 7, 9],
      [11, 13, 15, 17],
    ]);
    await predictor.close();
  });
});

describe('batching', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  /** A predictor on a model that notes the sizes it is run at. */
  function noting(predictorOptions: PredictorOptions<'x', 'y'>): {
    predictor: Predictor<'x', 'y'>;
    sizes: number[];
    finish: () => void;
  } {
    const sizes: number[] = [];
    const finishes: (() => void)[] = [];
    const info = { shape: ['N', 1], dtype: 'float32' } as const;
    const model: OnnxModel = {
      inputs: [{ name: 'x', ...info }],
      outputs: [{ name: 'y', ...info }],
      async run({ x: feed }) {
        const value = feed as { data: Float32Array; shape: number[] };
        sizes.push(value.shape[0]!);
        await new Promise<void>((resolve) => finishes.push(resolve));
        return { y: value };
      },
      release: async () => {},
    };
    return { predictor: new Predictor(model, predictorOptions), sizes, finish: () => finishes.shift()?.() };
  }
  const settle = () => vi.advanceTimersByTimeAsync(0);

  it('puts calls of one moment into one run, and those made during a run into the next', async () => {
    const { predictor, sizes, finish } = noting({});
    const calls = [predictor.predict(x(1)), predictor.predict(x(2))];
    await settle();
    calls.push(predictor.predict(x(3)), predictor.predict(x(4, 5)));
    await settle();
    expect(sizes).toEqual([2]);
    finish();
    await settle();
    finish();
    expect((await Promise.all(calls)).map(({ y }) => [...floatsOf(y)])).toEqual([[1], [2], [3], [4, 5]]);
    expect(sizes).toEqual([2, 3]);
  });

  it('waits for others as long as its latency allows, and no longer than the batch has room', async () => {
    const { predictor, sizes } = noting({ latency: 5, maxBatch: 3 });
    void predictor.predict(x(1));
    await vi.advanceTimersByTimeAsync(4);
    expect(sizes).toEqual([]);
    void predictor.predict(x(2));
    await vi.advanceTimersByTimeAsync(1);
    expect(sizes).toEqual([2]);

    const full = noting({ latency: 5, maxBatch: 3 });
    void full.predictor.predict(x(1));
    void full.predictor.predict(x(2, 3));
    await settle();
    expect(full.sizes).toEqual([3]);
  });

  it.each([
    [{}, [1, 16]],
    [{ maxBatch: 1 }, [1]],
    [{ batchSizes: [8, 2, 4] }, [2, 4, 8]],
  ])('warms up at the smallest and the largest batch, or at each size: %j', async (predictorOptions, expected) => {
    const { predictor, sizes, finish } = noting(predictorOptions);
    const warm = predictor.warmUp();
    for (let run = 0; run < expected.length; run++) {
      await settle();
      finish();
    }
    await warm;
    expect(sizes).toEqual(expected);
  });

  it('fills up to the sizes it is given', async () => {
    const { predictor, sizes, finish } = noting({ batchSizes: [4, 1] });
    const call = predictor.predict(x(1, 2, 3));
    await settle();
    expect(sizes).toEqual([4]);
    finish();
    expect(await call).toEqual({ y: { data: Float32Array.of(1, 2, 3), shape: [3, 1] } });
  });

  it('turns calls away when too many wait', async () => {
    const { predictor } = noting({ maxWaiting: 2 });
    void predictor.predict(x(0));
    await settle();
    void predictor.predict(x(1, 2));
    await expect(predictor.predict(x(3))).rejects.toMatchObject({ code: 'busy' });
  });
});
