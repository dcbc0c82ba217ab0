import { describe, expect, it } from 'vitest';
import { checkGradient, evaluateOp, normals } from '../testing/check-gradient.js';
import { gruRecurrence } from './gru.js';

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** One sequence through the equations in PyTorch's documentation of `GRU`, in double precision: [T][H]. */
function reference(projected: number[][], weight: number[][], bias: Float32Array): number[][] {
  const size = weight[0]!.length;
  let hidden = new Array<number>(size).fill(0);
  return projected.map((input) => {
    const own = weight.map((row, i) => row.reduce((total, w, k) => total + w * hidden[k]!, bias[i]!));
    hidden = hidden.map((before, k) => {
      const [r, z] = [0, 1].map((gate) => sigmoid(input[gate * size + k]! + own[gate * size + k]!)) as [number, number];
      const n = Math.tanh(input[2 * size + k]! + r * own[2 * size + k]!);
      return (1 - z) * n + z * before;
    });
    return hidden;
  });
}

const rowsOf = (data: Float32Array, width: number) =>
  Array.from({ length: data.length / width }, (_, i) => [...data.subarray(i * width, (i + 1) * width)]);

describe('gruRecurrence', () => {
  const inputs = [[2, 5, 9], [9, 3], [9]].map((shape, i) => ({ shape, data: normals(shape, i) }));
  const [projected, weight, bias] = inputs.map(({ data }) => data) as [Float32Array, Float32Array, Float32Array];
  const sequences = [0, 1].map((n) => rowsOf(projected.subarray(45 * n, 45 * n + 45), 9));

  it.each([false, true])('follows the equations (reverse: %s)', async (reverse) => {
    const y = await evaluateOp((p, w, b) => gruRecurrence(p!, w!, b!, { reverse }), inputs);
    const expected = sequences.flatMap((sequence) => {
      const states = reference(reverse ? sequence.toReversed() : sequence, rowsOf(weight, 3), bias);
      return (reverse ? states.toReversed() : states).flat();
    });
    y.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i]!, 5);
    });
  });

  it.each([false, true])('has all gradients (reverse: %s)', async (reverse) => {
    for (const shape of [
      [2, 4, 9],
      [3, 1, 9],
    ]) {
      await checkGradient({
        shapes: [shape, [9, 3], [9]],
        op: (p, w, b) => gruRecurrence(p!, w!, b!, { reverse }),
      });
    }
  });

  it('refuses shapes that do not fit', async () => {
    const wrong = [inputs[0]!, { shape: [9, 4], data: normals([9, 4]) }, inputs[2]!];
    await expect(evaluateOp((p, w, b) => gruRecurrence(p!, w!, b!), wrong)).rejects.toMatchObject({ code: 'shape' });
  });
});
