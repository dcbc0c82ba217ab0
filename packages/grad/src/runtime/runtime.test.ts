import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { encodeModel } from '../graph/encode.js';
import { Graph } from '../graph/graph.js';
import { toModel } from '../graph/model.js';
import { matmul } from '../ops/matmul.js';
import type { TrainerProgram } from '../testing/trainer-program.js';
import { floatsOf, openModel } from './onnx-model.js';
import { openModelInWorker } from './open-model-in-worker.js';
import { runInWorker } from './run-in-worker.js';
import { serveProgram } from './serve-program.js';

/** y = x · w for x [2, 3]; the first axis is N when asked for. */
function product(dynamic = false): Uint8Array {
  const graph = new Graph();
  const model = toModel(graph, { y: matmul(graph.input('x', [2, 3]), graph.input('w', [3, 2])) });
  const [x, w] = model.inputs;
  return encodeModel(
    dynamic
      ? { ...model, inputs: [{ ...x!, shape: ['N', 3] }, w!], outputs: [{ ...model.outputs[0]!, shape: ['N', 2] }] }
      : model,
  );
}
const w = Float32Array.of(1, 0, 0, 1, 1, 1);
const x = Float32Array.of(1, 2, 3, 4, 5, 6);

describe.each([
  ['openModel', openModel],
  ['openModelInWorker', openModelInWorker],
])('%s', (_, open) => {
  it('runs a model from bytes or a file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'grad-runtime-'));
    await writeFile(join(folder, 'model.onnx'), product());
    for (const source of [product(), join(folder, 'model.onnx')]) {
      const model = await open(source, { threads: 1 });
      expect(model.inputs.map(({ name }) => name)).toEqual(['x', 'w']);
      const { y } = await model.run({ x, w }, ['y']);
      expect(y).toEqual({ shape: [2, 2], data: Float32Array.of(4, 5, 10, 11) });
      await model.release();
    }
    await rm(folder, { recursive: true });
  });

  it('infers the number of examples from the length of a bare array', async () => {
    const model = await open(product(true), { threads: 1 });
    expect((await model.run({ x: x.slice(0, 3), w })).y!.shape).toEqual([1, 2]);
    expect((await model.run({ x: { data: x, shape: [2, 3] }, w })).y!.shape).toEqual([2, 2]);
    await expect(model.run({ x: x.slice(0, 4), w })).rejects.toMatchObject({ code: 'feed' });
    await model.release();
  });

  it('names what is wrong with the feeds', async () => {
    const model = await open(product(), { threads: 1 });
    await expect(model.run({ x })).rejects.toThrow("'w' is missing");
    await expect(model.run({ x, w, z: w })).rejects.toThrow("no input 'z'");
    await expect(model.run({ x: Int32Array.from(x), w })).rejects.toThrow("'x' takes float32 [2, 3], not Int32Array");
    await expect(model.run({ x: x.subarray(1), w })).rejects.toMatchObject({ name: 'GradError', code: 'feed' });
    await model.release();
  });

  it('refuses what is not a model', async () => {
    const bytes = product();
    for (const source of [
      new Uint8Array(0),
      Buffer.from('not a model'),
      bytes.slice(0, bytes.length / 2),
      '/no/such/file.onnx',
    ]) {
      await expect(open(source)).rejects.toMatchObject({ name: 'GradError', code: 'model' });
    }
  });
});

describe('a program in a worker thread', () => {
  const url = new URL('../testing/trainer-program.js', import.meta.url);
  const data = { x, y: Float32Array.of(1, 2, 3, 4) };

  it('trains while this thread does other things', async () => {
    const program = await runInWorker<TrainerProgram>(url, { seed: 1 });
    const batch = { x: Float32Array.of(0, 1, 1, 0, 1, 1, 0, 0), y: data.y };
    const [first, last] = await Promise.all([
      program.call('train', { ...batch, steps: 1 }),
      program.call('train', { ...batch, steps: 200 }),
    ]);
    expect(last).toBeLessThan(first / 2);
    await program.terminate();
  });

  it('hands errors through with their code', async () => {
    const program = await runInWorker<TrainerProgram>(url, { seed: 1 });
    await expect(program.call('train', { ...data, steps: 1 })).rejects.toMatchObject({
      name: 'GradError',
      code: 'feed',
    });
    await expect(program.call('dance', null as never)).rejects.toThrow("no method 'dance'");
    await program.terminate();
    await expect(program.call('train', { ...data, steps: 1 })).rejects.toMatchObject({ code: 'worker' });
  });

  it('rejects the calls under way when the thread dies', async () => {
    const program = await runInWorker<TrainerProgram>(url, { seed: 1 });
    const calls = [program.call('crash', null), program.call('crash', null)];
    for (const call of calls) await expect(call).rejects.toMatchObject({ code: 'worker' });
  });

  it('refuses what is no plain data, and goes on', async () => {
    const method = () => 1;
    const refusal = (what: string) => ({
      code: 'worker',
      message: expect.stringMatching(`^${what} must be plain data`),
    });
    await expect(runInWorker(url, { method })).rejects.toMatchObject(refusal('The options of a program'));
    const program = await runInWorker<TrainerProgram>(url, { seed: 1 });
    const call = program.call('train', { ...data, steps: method as never });
    await expect(call).rejects.toMatchObject(refusal("The argument of 'train'"));
    await expect(program.call('method', null)).rejects.toMatchObject(refusal('The result'));
    const batch = { x: new Float32Array(8), y: new Float32Array(4) };
    expect(await program.call('train', { ...batch, steps: 1 })).toBeTypeOf('number');
    await program.terminate();
  });

  it('rejects when the file is missing or cannot serve', async () => {
    await expect(runInWorker(new URL('./missing.js', import.meta.url), null)).rejects.toMatchObject({ code: 'worker' });
    expect(() => serveProgram(() => ({}))).toThrow('belongs in the file of a worker thread');
  });
});

describe('floatsOf', () => {
  it('gives float32 numbers only', () => {
    expect(() => floatsOf({ data: Int32Array.of(1), shape: [1] })).toThrow('Int32Array');
    expect(() => floatsOf(undefined)).toThrow('nothing');
  });
});
