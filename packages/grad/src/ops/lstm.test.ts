import { describe, expect, it } from 'vitest';
import { checkGradient, evaluateOp, normals } from '../testing/check-gradient.js';
import { lstmRecurrence } from './lstm.js';

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** One sequence through the equations of the LSTM, in double precision: hidden states [T][H]. */
function reference(projected: number[][], weight: number[][]): number[][] {
  const size = weight[0]!.length;
  let hidden = new Array<number>(size).fill(0);
  let cell = [...hidden];
  return projected.map((input) => {
    const z = input.map((value, row) => weight[row]!.reduce((total, w, k) => total + w * hidden[k]!, value));
    const gate = (index: number, k: number) => z[index * size + k]!;
    cell = cell.map((c, k) => sigmoid(gate(1, k)) * c + sigmoid(gate(0, k)) * Math.tanh(gate(2, k)));
    hidden = cell.map((c, k) => sigmoid(gate(3, k)) * Math.tanh(c));
    return hidden;
  });
}

const rowsOf = (data: Float32Array, width: number) =>
  Array.from({ length: data.length / width }, (_, i) => [...data.subarray(i * width, (i + 1) * width)]);

describe('lstmRecurrence', () => {
  const projected = { shape: [2, 5, 12], data: normals([2, 5, 12], 'projected') };
  const weight = { shape: [12, 3], data: normals([12, 3], 'weight') };
  const sequences = [0, 1].map((n) => rowsOf(projected.data.subarray(60 * n, 60 * n + 60), 12));

  it('follows the equations, forward and backward in time', async () => {
    const forward = await evaluateOp((p, w) => lstmRecurrence(p!, w!), [projected, weight]);
    const expected = sequences.flatMap((sequence) => reference(sequence, rowsOf(weight.data, 3)).flat());
    forward.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i]!, 5);
    });
    const backward = await evaluateOp((p, w) => lstmRecurrence(p!, w!, { reverse: true }), [projected, weight]);
    const mirrored = sequences.flatMap((sequence) =>
      reference(sequence.toReversed(), rowsOf(weight.data, 3)).toReversed().flat(),
    );
    backward.forEach((value, i) => {
      expect(value).toBeCloseTo(mirrored[i]!, 5);
    });
  });

  it.each([[false], [true]])('has both gradients (reverse: %s)', async (reverse) => {
    for (const shape of [
      [2, 4, 12],
      [3, 1, 12],
    ]) {
      await checkGradient({ shapes: [shape, [12, 3]], op: (p, w) => lstmRecurrence(p!, w!, { reverse }) });
    }
  });

  it('refuses shapes that do not fit', async () => {
    const wrong = [projected, { shape: [12, 4], data: normals([12, 4]) }];
    await expect(evaluateOp((p, w) => lstmRecurrence(p!, w!), wrong)).rejects.toMatchObject({ code: 'shape' });
  });
});
