import { createRandom } from '@vitrine/grad';
import { describe, expect, it } from 'vitest';
import { retrievalMetrics } from '../metrics/retrieval.js';
import { probeAccuracy } from './evaluation/probe.js';
import { type Features, fitReadout, type ReadoutOptions, readOut } from './readout.js';

/** Features of two kinds: they differ faintly in the first column, while the second varies much, and alike. */
function features(count: number, name: string): Features {
  const random = createRandom(1, name);
  const data = new Float32Array(count * 6);
  for (let row = 0; row < count; row++) {
    data.set([(row % 2) + 0.1 * random.normal(), 10 * random.normal()], row * 6);
    for (let column = 2; column < 6; column++) data[row * 6 + column] = 0.05 * random.normal();
  }
  return { rows: count, columns: 6, parts: [2, 4], data };
}

/** Three kinds that lie apart in the first two columns, while each of the others varies more, and alike. */
function clusters(count: number, name: string): Features {
  const random = createRandom(1, name);
  const data = new Float32Array(count * 6);
  for (let row = 0; row < count; row++) {
    const angle = (2 * Math.PI * (row % 3)) / 3;
    data.set([Math.cos(angle) + 0.1 * random.normal(), Math.sin(angle) + 0.1 * random.normal()], row * 6);
    for (let column = 2; column < 6; column++) data[row * 6 + column] = 0.9 * random.normal();
  }
  return { rows: count, columns: 6, parts: [2, 4], data };
}

async function* partsOf(parts: readonly Features[]) {
  yield* parts;
}

describe('a readout', () => {
  it('gives vectors of length 1, in which what varies most counts less than before', async () => {
    const readout = await fitReadout(features(200, 'fitted'), { blend: [1, 1], dimension: 4, seed: 1 });
    const { rows, columns, data } = await readOut(features(40, 'read'), readout);
    expect([rows, columns]).toEqual([40, 4]);
    expect(Math.hypot(...data.subarray(0, 4))).toBeCloseTo(1, 5);
    // Deviations of 10 and 0.5 stand 20 to 1; half-way whitened, their roots: 4.5 to 1.
    const weights = [0, 1].map((axis) => Math.hypot(...readout.weight.data.subarray(axis * 6, (axis + 1) * 6)));
    expect(weights[1]! / weights[0]!).toBeCloseTo(Math.sqrt(20), 0);
  });

  it('brings together pictures of which the same words are said, however faintly they differ', async () => {
    const words = {
      rows: 200,
      columns: 2,
      data: Float32Array.from({ length: 400 }, (_, i) => Number(Math.floor(i / 2) % 2 === i % 2)),
    };
    const nearer = async (options: Pick<ReadoutOptions, 'words'>) => {
      const readout = await fitReadout(features(200, 'fitted'), { blend: [1, 1], dimension: 4, seed: 1, ...options });
      const { data } = await readOut(features(40, 'read'), readout);
      return retrievalMetrics({ vectors: data, labels: Array.from({ length: 40 }, (_, row) => row % 2) }).precisionAt10;
    };
    expect(await nearer({ words })).toBeGreaterThan((await nearer({})) + 0.1);
  });

  it('tells looks by what neighbours share, where asked, and again in vectors of length 1', async () => {
    const options = { blend: [1, 1], dimension: 6, seed: 1 };
    const found = await Promise.all(
      [false, true].map(async (shared) => {
        const readout = await fitReadout(clusters(300, 'fitted'), { ...options, shared });
        const { rows, columns, data } = await readOut(clusters(100, 'read'), readout);
        expect([rows, columns]).toEqual([100, 6]);
        expect(Math.hypot(...data.subarray(0, 6))).toBeCloseTo(1, 5);
        return retrievalMetrics({ vectors: data, labels: Array.from({ length: 100 }, (_, row) => row % 3) });
      }),
    );
    expect(found[1]!.precisionAt10).toBeGreaterThan(found[0]!.precisionAt10 + 0.1);
  });

  it('looks for neighbours among further pictures too', async () => {
    const found = await Promise.all(
      [undefined, [clusters(300, 'further'), clusters(200, 'others')]].map(async (further) => {
        const readout = await fitReadout(clusters(40, 'fitted'), {
          ...{ blend: [1, 2], dimension: 6, seed: 1, shared: true },
          further: further && (() => partsOf(further)),
        });
        const { data } = await readOut(clusters(100, 'read'), readout);
        return retrievalMetrics({ vectors: data, labels: Array.from({ length: 100 }, (_, row) => row % 3) });
      }),
    );
    expect(found[1]!.precisionAt10).toBeGreaterThan(found[0]!.precisionAt10 + 0.05);
  });

  it('leaves out a part that is to count for nothing', async () => {
    const readout = await fitReadout(features(200, 'fitted'), { blend: [0, 1], dimension: 4, seed: 1 });
    const [all, without] = [features(40, 'read'), features(40, 'read')];
    for (let row = 0; row < 40; row++) without.data.fill(0, row * 6, row * 6 + 2);
    expect((await readOut(without, readout)).data).toEqual((await readOut(all, readout)).data);
  });
});

describe('probeAccuracy', () => {
  const labels = (count: number) => Array.from({ length: count }, (_, row) => row % 2);

  it('is high where a plane parts the classes, and that of chance where labels mean nothing', () => {
    const [learnt, asked] = [features(200, 'learnt'), features(100, 'asked')];
    const training = { vectors: learnt, labels: labels(200) };
    expect(probeAccuracy(training, { vectors: asked, labels: labels(100) })).toBeGreaterThan(0.95);
    const random = createRandom(1, 'labels');
    const anything = { vectors: learnt, labels: labels(200).map(() => random.integer(2)) };
    const found = probeAccuracy(anything, { vectors: asked, labels: labels(100) });
    expect(found).toBeGreaterThan(0.25);
    expect(found).toBeLessThan(0.75);
  });
});
