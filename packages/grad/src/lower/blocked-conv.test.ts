import { beforeAll, describe, expect, it } from 'vitest';
import { grad } from '../gradient.js';
import { encodeModel } from '../graph/encode.js';
import { Graph } from '../graph/graph.js';
import { type Model, toModel } from '../graph/model.js';
import type { Tensor } from '../graph/tensor.js';
import { add } from '../ops/add.js';
import { batchNorm } from '../ops/batch-norm.js';
import { concat } from '../ops/concat.js';
import { type Conv2dOptions, conv2d } from '../ops/conv2d.js';
import { maxPool } from '../ops/max-pool.js';
import { mul } from '../ops/mul.js';
import { relu } from '../ops/relu.js';
import { stepAboveZero } from '../ops/step.js';
import { sum } from '../ops/sum.js';
import { upsample } from '../ops/upsample.js';
import { createRandom } from '../random.js';
import { findChannelBlock } from '../runtime/channel-block.js';
import { floatsOf, openModel } from '../runtime/onnx-model.js';

const BLOCKED = 'com.microsoft.nchwc';
const [BATCH, CHANNELS, OUT] = [2, 32, 48];

interface Channels {
  readonly from?: number;
  readonly to?: number;
  readonly batch?: number;
  readonly size?: readonly [number, number];
}

function convolution(
  channelBlock: number | undefined,
  kernel: readonly number[],
  { from = CHANNELS, to = OUT, batch = BATCH, size = [26, 25], ...options }: Conv2dOptions & Channels,
): Model {
  const graph = new Graph({ channelBlock });
  const x = graph.input('x', [batch, from, ...size]);
  const weight = graph.input('weight', [to, from / (options.groups ?? 1), ...kernel]);
  const bias = graph.input('bias', [to]);
  const y = conv2d(x, weight, { ...options, bias, training: true });
  const [dx, dw] = grad(sum(mul(y, graph.input('dy', y.shape))), [x, weight]);
  return toModel(graph, { y, dx: dx!, dw: dw! });
}

/** Two convolutions, each with its batch normalization, the second around a residual, and the gradients of all of it. */
function residualBlock(channelBlock: number | undefined): { forward: Model; step: Model } {
  const graph = new Graph({ channelBlock });
  const x = graph.input('x', [BATCH, CHANNELS, 14, 13]);
  const vector = (name: string) => graph.input(name, [CHANNELS]);
  const layer = (index: number, input: Tensor) => {
    const weight = graph.input(`weight${index}`, [CHANNELS, CHANNELS, 3, 3]);
    const [scale, shift] = [vector(`scale${index}`), vector(`shift${index}`)];
    return { weight, scale, shift, ...batchNorm(conv2d(input, weight, { padding: 1, training: true }), scale, shift) };
  };
  const first = layer(1, x);
  const inner = relu(first.y);
  const second = layer(2, inner);
  const y = relu(add(second.y, inner));
  const trained = { x, weight1: first.weight, scale1: first.scale, shift2: second.shift, weight2: second.weight };
  const gradients = grad(sum(mul(y, graph.input('dy', y.shape))), Object.values(trained));
  const named = Object.keys(trained).map((name, i): [string, Tensor] => [`d${name}`, gradients[i]!]);
  const step = toModel(graph, { y, mean: second.mean, variance: second.variance, ...Object.fromEntries(named) });
  return { forward: toModel(graph, { y }), step };
}

/** A 1×1 convolution of every second position of what another made, and the gradients. */
function shortcut(channelBlock: number | undefined): Model {
  const graph = new Graph({ channelBlock });
  const x = graph.input('x', [BATCH, CHANNELS, 16, 18]);
  const weight = graph.input('weight', [CHANNELS, CHANNELS, 3, 3]);
  const second = graph.input('second', [OUT, CHANNELS, 1, 1]);
  const y = conv2d(conv2d(x, weight, { padding: 1, training: true }), second, { stride: 2, training: true });
  const [dx, dw, dSecond] = grad(sum(mul(y, graph.input('dy', y.shape))), [x, weight, second]);
  return toModel(graph, { y, dx: dx!, dw: dw!, dSecond: dSecond! });
}

/** A decoder's step: what a convolution made at twice the size beside another's, convolved together. */
function doubled(channelBlock: number | undefined, mode: 'nearest' | 'bilinear'): Model {
  const graph = new Graph({ channelBlock });
  const convolved = (name: string, x: Tensor) => {
    const weight = graph.input(`${name}/weight`, [CHANNELS, x.shape[1]!, 1, 3]);
    return { weight, y: conv2d(x, weight, { padding: [0, 1], training: true }) };
  };
  const small = convolved('small', graph.input('x', [BATCH, CHANNELS, 8, 9]));
  const skip = convolved('skip', graph.input('other', [BATCH, CHANNELS, 16, 18]));
  const last = convolved('last', concat([upsample(small.y, { scale: 2, mode }), skip.y], 1));
  const weights = [small.weight, skip.weight, last.weight];
  const [dSmall, dSkip, dLast] = grad(sum(mul(last.y, graph.input('dy', last.y.shape))), weights);
  return toModel(graph, { y: last.y, dSmall: dSmall!, dSkip: dSkip!, dLast: dLast! });
}

/** The maxima of a convolution, or of zeros and ones with many ties, and the gradient of what they were chosen from. */
function maxima(channelBlock: number | undefined, tied: boolean): Model {
  const graph = new Graph({ channelBlock });
  const weight = graph.input('weight', [CHANNELS, CHANNELS, 3, 3]);
  const convolved = conv2d(graph.input('x', [BATCH, CHANNELS, 12, 14]), weight, { padding: 1, training: true });
  const among = tied ? stepAboveZero(convolved) : convolved;
  const y = maxPool(among, { kernel: 3, stride: 2, padding: 1 });
  const [gradient] = grad(sum(mul(y, graph.input('dy', y.shape))), [among]);
  return toModel(graph, { y, gradient: gradient! });
}

async function run(model: Model): Promise<Record<string, Float32Array>> {
  const session = await openModel(encodeModel(model), { threads: 1 });
  const feeds = model.inputs.map(({ name, shape }) => {
    const random = createRandom(1, name);
    const length = shape.reduce<number>((size, axis) => size * Number(axis), 1);
    return [name, Float32Array.from({ length }, () => random.normal())];
  });
  const results = await session.run(Object.fromEntries(feeds));
  await session.release();
  return Object.fromEntries(Object.entries(results).map(([name, value]) => [name, floatsOf(value)]));
}

async function expectAlike(model: Model, plain: Model): Promise<void> {
  const [actual, expected] = [await run(model), await run(plain)];
  for (const [name, values] of Object.entries(expected)) {
    const largest = (numbers: Float32Array) => numbers.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const difference = largest(values.map((value, i) => value - actual[name]![i]!));
    expect(difference / largest(values)).toBeLessThan(1e-6 * Math.sqrt(CHANNELS * 9));
  }
}

describe('convolution with channels in blocks', () => {
  let block: number | undefined;
  beforeAll(async () => {
    block = await findChannelBlock();
    if (block === undefined) console.warn('SKIPPED: this processor has no blocked convolutions to rely upon.');
  });

  it.each([
    ['3×3', [3, 3], { padding: 1 }, 2],
    ['3×3 at stride 2, uneven', [3, 3], { padding: 1, stride: 2 }, 1],
    ['3×3 at stride 2', [3, 3], { padding: 1, stride: 2, size: [16, 18] }, 4],
    ['uneven kernel and padding at stride 2', [5, 2], { padding: [2, 0], stride: 2, size: [14, 20] }, 4],
    ['uneven kernel and padding', [3, 5], { padding: [0, 2] }, 2],
    ['no padding', [3, 3], {}, 2],
    ['dilated', [3, 3], { padding: 2, dilation: 2 }, 2],
    ['from few channels', [7, 7], { padding: 3, stride: 2, from: 3 }, 1],
    ['depthwise', [3, 3], { padding: 1, to: CHANNELS, groups: CHANNELS }, 3],
    [
      'depthwise, uneven kernel, padding and stride, rows to spare',
      [5, 3],
      { padding: [1, 0], stride: [2, 3], to: CHANNELS, groups: CHANNELS },
      2,
    ],
    [
      'depthwise, dilated, more padding than the kernel reaches',
      [3, 2],
      { padding: [1, 4], dilation: [2, 3], to: CHANNELS, groups: CHANNELS },
      2,
    ],
    ['weight gradient by pictures', [3, 3], { padding: 1, to: 64, size: [9, 10] }, 3],
    ['weight gradient by strips of pictures', [3, 5], { padding: [1, 2], to: 64, size: [34, 33] }, 3],
    ['weight gradient of pictures together', [3, 3], { padding: 1, from: 80, to: 64, size: [9, 10] }, 3],
    ['weight gradient of groups of pictures', [2, 3], { padding: 1, from: 112, to: 64, batch: 16, size: [9, 8] }, 3],
    ['to few channels', [3, 5], { padding: [1, 2], to: 5 }, 1],
  ] as [string, number[], Conv2dOptions & Channels, number][])(
    '%s: value and gradients',
    async (_, kernel, options, blocked) => {
      if (block === undefined) return;
      const model = convolution(block, kernel, options);
      const convolutions = model.nodes.filter(({ operator, domain }) => operator === 'Conv' && domain === BLOCKED);
      expect(convolutions).toHaveLength(blocked);
      await expectAlike(model, convolution(undefined, kernel, options));
    },
  );

  it.each([8, 16])('never has a whole block of plain pictures in a group, in blocks of %i', (size) => {
    const batch = 32;
    const { nodes } = convolution(size, [2, 3], { padding: 1, from: 112, to: 64, batch, size: [9, 8] });
    const groups = nodes.flatMap(({ attributes }) => (Number(attributes.group) > 1 ? [Number(attributes.group)] : []));
    expect(groups).toHaveLength(1);
    expect(batch / groups[0]!).toBeLessThan(size);
  });

  it('stays in blocks from one convolution to the next, with what follows each in the same pass', async () => {
    if (block === undefined) return;
    const { forward, step } = residualBlock(block);
    await expectAlike(step, residualBlock(undefined).step);
    const used = (operator: string) => forward.nodes.filter((node) => node.operator === operator).length;
    const weights = 2;
    expect({ in: used('ReorderInput'), out: used('ReorderOutput') }).toEqual({ in: 1 + weights, out: 1 });
    expect(forward.nodes.at(-1)?.operator).toBe('ReorderOutput');
    expect(used('Relu')).toBe(0);
  });

  it('1×1 at stride 2 behind a convolution: value and gradients', async () => {
    if (block === undefined) return;
    const model = shortcut(block);
    expect(model.nodes.filter(({ operator, domain }) => operator === 'ConvTranspose' && domain === '')).toEqual([]);
    await expectAlike(model, shortcut(undefined));
  });

  it.each([false, true])('max pool 3×3 at stride 2, tied: %s', async (tied) => {
    if (block === undefined) return;
    const model = maxima(block, tied);
    expect(model.nodes.filter(({ operator, domain }) => operator === 'MaxPool' && domain === BLOCKED)).toHaveLength(2);
    await expectAlike(model, maxima(undefined, tied));
  });

  it.each(['nearest', 'bilinear'] as const)('%s doubling, joined with another: value and gradients', async (mode) => {
    if (block === undefined) return;
    const model = doubled(block, mode);
    expect(model.nodes.filter(({ operator }) => operator === 'Resize' || operator === 'MatMul')).toEqual([]);
    await expectAlike(model, doubled(undefined, mode));
  });

  it('leaves alone what has no whole blocks', () => {
    const graph = new Graph({ channelBlock: 16 });
    const y = conv2d(graph.input('x', [1, 20, 32, 32]), graph.input('w', [16, 20, 3, 3]), { training: true });
    expect(toModel(graph, { y }).nodes.map(({ domain }) => domain)).toEqual(['']);
  });
});
