import { describe, expect, it } from 'vitest';
import { averagePool } from '../ops/average-pool.js';
import { clamp } from '../ops/clamp.js';
import { conv2d } from '../ops/conv2d.js';
import { exp } from '../ops/exp.js';
import { linear } from '../ops/linear.js';
import { matmul } from '../ops/matmul.js';
import { max } from '../ops/max.js';
import { maxPool } from '../ops/max-pool.js';
import { mean } from '../ops/mean.js';
import { neg } from '../ops/neg.js';
import { pad } from '../ops/pad.js';
import { pow } from '../ops/pow.js';
import { relu } from '../ops/relu.js';
import { reshape } from '../ops/reshape.js';
import { slice } from '../ops/slice.js';
import { softmax } from '../ops/softmax.js';
import { split } from '../ops/split.js';
import { square } from '../ops/square.js';
import { sum } from '../ops/sum.js';
import { transpose } from '../ops/transpose.js';
import { upsample } from '../ops/upsample.js';
import type { DType } from './dtype.js';
import { Graph, type GraphOptions } from './graph.js';
import type { Tensor } from './tensor.js';

const SHAPE = [2, 4, 6, 6];

const floatOps: [string, (x: Tensor) => Tensor][] = [
  ['averagePool', (x) => averagePool(x, { kernel: 2 })],
  ['clamp', (x) => clamp(x, 0, 1)],
  ['conv2d', (x) => conv2d(x, x.graph.input('w', [3, 4, 3, 3]))],
  ['conv2d in training', (x) => conv2d(x, x.graph.input('w', [3, 4, 3, 3]), { training: true })],
  ['conv2d by a weight', (x) => conv2d(x.graph.input('pictures', [1, 4, 8, 8]), x, { training: true })],
  ['exp', exp],
  ['linear', (x) => linear(x, x.graph.input('w', [5, 6]))],
  ['linear by a weight', (x) => linear(x.graph.input('rows', [3, 6]), reshape(x, [48, 6]))],
  ['matmul', (x) => matmul(x, x.graph.input('right', [6, 2]))],
  ['matmul from the left', (x) => matmul(x.graph.input('left', [2, 6]), x)],
  ['max', (x) => max(x)],
  ['maxPool', (x) => maxPool(x, { kernel: 3, stride: 2, padding: 1 })],
  ['mean', (x) => mean(x)],
  ['pow', (x) => pow(x, 2)],
  ['relu', relu],
  ['softmax', (x) => softmax(x)],
  ['square', square],
  ['sum', (x) => sum(x)],
  ['upsample', (x) => upsample(x, { scale: 2, mode: 'bilinear' })],
];

const layoutOps: [string, (x: Tensor) => Tensor][] = [
  ['neg', neg],
  ['pad', (x) => pad(x, [0, 0, 0, 0], [0, 0, 1, 1])],
  ['reshape', (x) => reshape(x, [2, -1])],
  ['slice', (x) => slice(x, { 1: [0, 2] })],
  ['split', (x) => split(x, 2, 1)[0]!],
  ['transpose', (x) => transpose(x)],
];

describe.each<DType>(['int32', 'uint8', 'int8', 'bool'])('%s', (dtype) => {
  it.each<[GraphOptions]>([[{}], [{ channelBlock: 4 }], [{ dynamicBatch: true }]])(
    'is refused where float32 is computed, in a graph %j',
    (options) => {
      for (const [name, op] of floatOps) {
        const x = new Graph(options).input('x', SHAPE, dtype);
        const slip = expect.objectContaining({
          code: 'dtype',
          message: expect.stringMatching(
            `'(x|Reshape_\\d+)' is ${dtype} where \\w+ computes float32; cast it to float32 first`,
          ),
        });
        expect(() => op(x), name).toThrow(slip);
      }
    },
  );

  it.each(layoutOps)('is moved as it is by %s', (_, op) => {
    expect(op(new Graph().input('x', SHAPE, dtype)).dtype).toBe(dtype);
  });
});
