import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Checkpoints } from './checkpoints.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'checkpoints-'));
});
afterEach(() => rm(directory, { recursive: true }));

async function addAll(checkpoints: Checkpoints, values: readonly number[]): Promise<void> {
  for (const [i, value] of values.entries()) await checkpoints.add(i + 1, value, (file) => writeFile(file, 'weights'));
}

describe('Checkpoints', () => {
  it('keeps the best three and the latest', async () => {
    const checkpoints = await Checkpoints.open(directory);
    await addAll(checkpoints, [0.5, 0.9, 0.7, 0.8, 0.2, 0.1]);
    expect(checkpoints.best?.epoch).toBe(2);
    expect(checkpoints.latest?.epoch).toBe(6);
    const epochs = (await readdir(directory)).map((name) => Number(name.slice(6, 10)));
    expect(epochs.sort()).toEqual([2, 3, 4, 6]);
  });

  it('finds them again after a restart, negative values too, and drops what was half written', async () => {
    await addAll(await Checkpoints.open(directory), [-1.5, -0.25, -0.75]);
    await writeFile(join(directory, 'epoch-0004_-0.100000.safetensors.ab12.tmp'), 'half');
    const again = await Checkpoints.open(directory);
    expect(again.best).toMatchObject({ epoch: 2, value: -0.25 });
    expect(again.latest?.epoch).toBe(3);
    expect((await readdir(directory)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('ranks last what is not a finite number, and finds it again', async () => {
    await addAll(await Checkpoints.open(directory), [Number.NaN, -1e30, Number.NEGATIVE_INFINITY]);
    const again = await Checkpoints.open(directory);
    expect(again.best).toMatchObject({ epoch: 2, value: -1e30 });
    expect(again.latest?.epoch).toBe(3);
  });

  it('calls a value that is not a finite number NaN, after a restart too', async () => {
    const checkpoints = await Checkpoints.open(directory);
    await addAll(checkpoints, [Number.NEGATIVE_INFINITY]);
    for (const { best } of [checkpoints, await Checkpoints.open(directory)]) expect(best?.value).toBeNaN();
  });

  it('prefers the later of epochs whose values are not finite numbers, after a restart too', async () => {
    const checkpoints = await Checkpoints.open(directory, { keep: 1 });
    await addAll(checkpoints, [Number.NaN, Number.NEGATIVE_INFINITY, Number.NaN]);
    expect(checkpoints.best?.epoch).toBe(3);
    expect((await Checkpoints.open(directory)).best?.epoch).toBe(3);
  });

  it('tells values apart to the last digit, after a restart too', async () => {
    const values = [1.25e-7, 3.0000000000000004e-7, 3e-7];
    const checkpoints = await Checkpoints.open(directory);
    await addAll(checkpoints, values);
    const again = await Checkpoints.open(directory);
    for (const { best } of [checkpoints, again]) expect(best).toMatchObject({ epoch: 2, value: values[1] });
  });

  it('reads names with a fixed number of digits, as they once were', async () => {
    const names = ['epoch-0001_0.250000', 'epoch-0002_0.812500', 'epoch-0003_-0.100000'];
    for (const name of names) await writeFile(join(directory, `${name}.safetensors`), 'weights');
    const { best, latest } = await Checkpoints.open(directory);
    expect(best).toMatchObject({ epoch: 2, value: 0.8125 });
    expect(latest).toMatchObject({ epoch: 3, value: -0.1 });
  });

  it('keeps as many of the best as asked for', async () => {
    const checkpoints = await Checkpoints.open(directory, { keep: 1 });
    await addAll(checkpoints, [0.5, 0.9, 0.7]);
    expect((await readdir(directory)).map((name) => Number(name.slice(6, 10))).sort()).toEqual([2, 3]);
  });

  it.each([0, -1, 1.5, Number.NaN])('keep one of the best at least: to keep %s is refused', async (keep) => {
    await expect(Checkpoints.open(directory, { keep })).rejects.toMatchObject({
      code: 'checkpoint',
      message: expect.stringContaining('keep must be 1 or more'),
    });
  });

  it('goes on within an epoch until that epoch is done', async () => {
    const checkpoints = await Checkpoints.open(directory);
    expect(checkpoints.resume).toBeUndefined();
    await addAll(checkpoints, [0.5]);
    expect(checkpoints.resume).toBe(checkpoints.latest?.file);
    await checkpoints.addPartial((file) => writeFile(file, 'weights'));
    const again = await Checkpoints.open(directory);
    expect(again.resume).toBe(join(directory, 'partial.safetensors'));
    await again.add(2, 0.6, (file) => writeFile(file, 'weights'));
    expect(again.resume).toBe(again.latest?.file);
    expect(again.latest?.epoch).toBe(2);
  });

  it('prefers the earlier of equals', async () => {
    const checkpoints = await Checkpoints.open(directory);
    await addAll(checkpoints, [0.5, 0.5]);
    expect(checkpoints.best?.epoch).toBe(1);
  });
});
