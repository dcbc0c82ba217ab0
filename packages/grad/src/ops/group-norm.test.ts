import { describe, expect, it } from 'vitest';
import { Graph } from '../graph/graph.js';
import { toModel } from '../graph/model.js';
import type { Shape } from '../graph/shape.js';
import { checkGradient, evaluateOp, normals } from '../testing/check-gradient.js';
import { expectSameFarFromZero } from '../testing/far-from-zero.js';
import { groupNorm } from './group-norm.js';

const cases: [Shape, number][] = [
  [[2, 4, 3, 5], 2],
  [[2, 6, 2, 2], 6],
  [[3, 4, 7], 1],
  [[1, 8], 4],
  [[2, 6, 10, 13], 3],
  [[3, 2, 140], 1],
];

describe.each(cases)('groupNorm of %j in %i groups', (shape, groups) => {
  const channels = shape[1]!;
  const inputs = [shape, [channels], [channels]].map((each, i) => ({ shape: each, data: normals(each, i) }));

  it('normalises each group of channels of each example', async () => {
    const y = await evaluateOp((x, scale, shift) => groupNorm(x!, scale!, shift!, { groups }), inputs);
    const [x, scale, shift] = inputs.map(({ data }) => data) as [Float32Array, Float32Array, Float32Array];
    const size = x.length / shape[0]! / groups;
    const perChannel = x.length / shape[0]! / channels;
    x.forEach((value, i) => {
      const group = x.subarray(i - (i % size), i - (i % size) + size);
      const mean = group.reduce((total, v) => total + v, 0) / size;
      const variance = group.reduce((total, v) => total + (v - mean) ** 2, 0) / size;
      const channel = Math.floor(i / perChannel) % channels;
      const expected = ((value - mean) / Math.sqrt(variance + 1e-5)) * scale[channel]! + shift[channel]!;
      expect(y[i]).toBeCloseTo(expected, 4);
    });
  });

  it('gives numbers a thousand times their deviation away from zero the same value and gradient', async () => {
    await expectSameFarFromZero(shape, (x, scale, shift) => groupNorm(x, scale, shift, { groups }));
  });

  it('has all gradients', async () => {
    await checkGradient({
      shapes: [shape, [channels], [channels]],
      op: (x, scale, shift) => groupNorm(x!, scale!, shift!, { groups, epsilon: 0.1 }),
    });
  });
});

describe('groupNorm', () => {
  it('writes no batch into a graph for any', () => {
    const graph = new Graph({ dynamicBatch: true });
    const [scale, shift] = [graph.input('scale', [4]), graph.input('shift', [4])];
    const y = groupNorm(graph.input('x', [2, 4, 12, 12]), scale, shift, { groups: 2 });
    expect(toModel(graph, { y }).nodes.map(({ operator }) => operator)).not.toContain('Conv');
  });

  it('refuses groups that do not divide the channels', async () => {
    const inputs = [[2, 4, 3], [4], [4]].map((shape) => ({ shape, data: normals(shape) }));
    await expect(
      evaluateOp((x, scale, shift) => groupNorm(x!, scale!, shift!, { groups: 3 }), inputs),
    ).rejects.toMatchObject({ code: 'shape' });
  });
});
