import { grad } from '../gradient.js';
import { encodeModel } from '../graph/encode.js';
import { Graph } from '../graph/graph.js';
import { toModel } from '../graph/model.js';
import { node } from '../graph/node.js';
import { sizeOf } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { add } from '../ops/add.js';
import { batchNorm } from '../ops/batch-norm.js';
import { concat } from '../ops/concat.js';
import { conv2d } from '../ops/conv2d.js';
import { maxPool } from '../ops/max-pool.js';
import { mul } from '../ops/mul.js';
import { relu } from '../ops/relu.js';
import { sum } from '../ops/sum.js';
import { upsample } from '../ops/upsample.js';
import { createRandom } from '../random.js';
import { floatsOf, openModel } from './onnx-model.js';

const SIZES = [8, 16];
let found: Promise<number | undefined> | undefined;

/**
 * How many channels the runtime's blocked convolutions take at a time on this processor, or undefined where they cannot be
 * relied upon: these operators are the runtime's own affair, so what they compute is compared with the plain ones first.
 */
export function findChannelBlock(): Promise<number | undefined> {
  found ??= measureBlock()
    .then(async (block) => (block !== undefined && (await computesAlike(block)) ? block : undefined))
    .catch(() => undefined);
  return found;
}

/** Where the second position's first channel lands when two positions of many channels are stored in blocks. */
async function measureBlock(): Promise<number | undefined> {
  const graph = new Graph();
  const channels = 64;
  const x = graph.input('x', [1, channels, 1, 2]);
  const blocked = node('ReorderInput', [x], x.shape, {
    domain: 'com.microsoft.nchwc',
    attributes: { channels_last: 0 },
  });
  const stored = await run(graph, { y: blocked }, { x: Float32Array.from({ length: 2 * channels }, (_, i) => i) });
  return SIZES.find((size) => size === stored.y!.indexOf(1));
}

/** Whether value and gradients of each kind of convolution, and of what stays in blocks, agree with the plain layout's. */
async function computesAlike(block: number): Promise<boolean> {
  const kinds = [
    { from: 2 * block, to: 4 * block },
    { from: 3, to: block },
    { from: 2 * block, to: 2 * block, groups: 2 * block },
    // The weight's gradient from groups of pictures, which only larger weights have.
    { batch: block, from: 64 + block, to: 64, size: [8, 8] },
  ] as const;
  const graphs = [...kinds.map(convolution), between];
  const alike = await Promise.all(graphs.map((build) => isAlike(block, build)));
  return alike.every(Boolean);
}

/** Adds to a graph what is to be compared. */
type Compared = (graph: Graph, block: number) => Readonly<Record<string, Tensor>>;

interface Kind {
  readonly from: number;
  readonly to: number;
  readonly groups?: number;
  readonly batch?: number;
  readonly size?: readonly [number, number];
}

function convolution({ from, to, groups = 1, batch = 2, size = [12, 13] }: Kind): Compared {
  return (graph) => {
    const x = graph.input('x', [batch, from, ...size]);
    const weight = graph.input('weight', [to, from / groups, 3, 3]);
    const y = conv2d(x, weight, { padding: 1, groups, training: true });
    const [dx, dw] = grad(sum(mul(y, graph.input('dy', y.shape))), [x, weight]);
    return { y, dx: dx!, dw: dw! };
  };
}

/** What comes between convolutions: batch norm, a residual, ReLU, max pool, a stride, doubling. */
function between(graph: Graph, block: number): Readonly<Record<string, Tensor>> {
  const channels = 2 * block;
  const x = graph.input('x', [2, channels, 12, 16]);
  const weight = graph.input('weight', [channels, channels, 3, 3]);
  const [scale, shift] = [graph.input('scale', [channels]), graph.input('shift', [channels])];
  const convolved = conv2d(x, weight, { padding: 1, training: true });
  const residual = relu(add(batchNorm(convolved, scale, shift).y, convolved));
  const pooled = maxPool(residual, { kernel: 3, stride: 2, padding: 1 });
  const strided = conv2d(residual, weight, { stride: 2, padding: 1, training: true });
  const joined = concat([upsample(pooled, { scale: 2, mode: 'bilinear' }), upsample(strided, { scale: 2 })], 1);
  const trained = { x, weight, scale, shift };
  const gradients = grad(sum(mul(joined, graph.input('dy', joined.shape))), Object.values(trained));
  return { joined, ...Object.fromEntries(Object.keys(trained).map((name, i) => [`d${name}`, gradients[i]!])) };
}

async function isAlike(block: number, build: Compared): Promise<boolean> {
  const random = createRandom(1);
  const feeds: Record<string, Float32Array> = {};
  const compute = (channelBlock: number | undefined) => {
    const graph = new Graph({ channelBlock });
    const outputs = build(graph, block);
    for (const [name, { shape }] of graph.inputs)
      feeds[name] ??= Float32Array.from({ length: sizeOf(shape) }, () => random.normal());
    return run(graph, outputs, feeds);
  };
  const [blocked, plain] = [await compute(block), await compute(undefined)];
  return Object.entries(plain).every(([name, values]) => {
    const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    return values.every((value, i) => Math.abs(value - blocked[name]![i]!) < 1e-4 * largest);
  });
}

async function run(
  graph: Graph,
  outputs: Readonly<Record<string, Tensor>>,
  feeds: Readonly<Record<string, Float32Array>>,
): Promise<Record<string, Float32Array>> {
  const model = await openModel(encodeModel(toModel(graph, outputs)), { threads: 1 });
  try {
    const results = await model.run(feeds);
    return Object.fromEntries(Object.entries(results).map(([name, value]) => [name, floatsOf(value)]));
  } finally {
    await model.release();
  }
}
