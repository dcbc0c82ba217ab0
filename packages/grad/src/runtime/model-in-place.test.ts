import { describe, expect, it } from 'vitest';
import { Graph } from '../graph/graph.js';
import { type Model, toModel } from '../graph/model.js';
import { exp } from '../ops/exp.js';
import { gather } from '../ops/gather.js';
import { mul } from '../ops/mul.js';
import { findStop, openModelInPlace, type Places } from './model-in-place.js';

function example(): Model {
  const graph = new Graph();
  const rows = gather(graph.input('table', [3, 2]), graph.input('index', [2], 'int32'));
  return toModel(graph, { doubled: mul(rows, 2), exponential: exp(rows) });
}

const table = Float32Array.of(0, 1, 2, 3, 4, 5);
const index = Int32Array.of(2, 0);

describe.each([
  ['are written', findStop()],
  ['are copied', Promise.resolve(undefined)],
])('a model whose outputs %s into places', (_, stop) => {
  const open = (places: Places) =>
    openModelInPlace(example(), places, { threads: 1, raw: { logSeverityLevel: 4 } }, stop);

  it('does so at every run, and gives the others in new arrays', async () => {
    const memory = new Float32Array(10).fill(-1);
    const model = await open(new Map([['doubled', memory.subarray(4, 8)]]));
    expect(model.outputs.map(({ name }) => name)).toEqual(['doubled', 'exponential']);
    const first = await model.run({ table, index });
    expect([...memory]).toEqual([-1, -1, -1, -1, 8, 10, 0, 2, -1, -1]);
    expect(first.doubled).toEqual({ shape: [2, 2], data: Float32Array.of(8, 10, 0, 2) });
    expect([...(first.exponential!.data as Float32Array)].map((value) => Math.round(Math.log(value)))).toEqual([
      4, 5, 0, 1,
    ]);

    const second = await model.run({ table, index: Int32Array.of(1, 1) });
    expect([...memory.subarray(4, 8)]).toEqual([4, 6, 4, 6]);
    expect(second.exponential!.data).not.toEqual(first.exponential!.data);
    await model.release();
  });

  it('gives only the outputs asked for', async () => {
    const places: Places = new Map([['doubled', new Float32Array(4)]]);
    const model = await open(places);
    expect(Object.keys(await model.run({ table, index }, ['exponential']))).toEqual(['exponential']);
    expect(places.get('doubled')).toEqual(new Float32Array(4));
    await model.release();
  });

  it('says why a run failed', async () => {
    const model = await open(new Map());
    const failing = model.run({ table, index: Int32Array.of(0, 7) });
    await expect(failing).rejects.toMatchObject({
      code: 'model',
      message: expect.stringContaining('out of data bounds'),
    });
    await expect(model.run({ table })).rejects.toMatchObject({ code: 'feed' });
    await model.release();
  });

  it('refuses a place that is too small', async () => {
    const model = await open(new Map([['doubled', new Float32Array(3)]]));
    await expect(model.run({ table, index })).rejects.toThrow();
    await model.release();
  });
});
