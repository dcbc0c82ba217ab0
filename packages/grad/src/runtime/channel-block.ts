import { grad } from '../gradient.js';
import { encodeModel } from '../graph/encode.js';
import { Graph } from '../graph/graph.js';
import { toModel } from '../graph/model.js';
import { node } from '../graph/node.js';
import type { Tensor } from '../graph/tensor.js';
import { conv2d } from '../ops/conv2d.js';
import { mul } from '../ops/mul.js';
import { sum } from '../ops/sum.js';
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

/** Whether value and gradients of each kind of convolution agree with those in the plain layout. */
async function computesAlike(block: number): Promise<boolean> {
  const kinds = [
    { from: 2 * block, to: 3 * block, groups: 1 },
    { from: 3, to: block, groups: 1 },
    { from: 2 * block, to: 2 * block, groups: 2 * block },
  ];
  const alike = await Promise.all(kinds.map((kind) => convolvesAlike(block, kind)));
  return alike.every(Boolean);
}

interface Kind {
  readonly from: number;
  readonly to: number;
  readonly groups: number;
}

async function convolvesAlike(block: number, { from, to, groups }: Kind): Promise<boolean> {
  const random = createRandom(1);
  const fill = (length: number) => Float32Array.from({ length }, () => random.normal());
  const perGroup = from / groups;
  const feeds = { x: fill(2 * from * 12 * 13), weight: fill(to * perGroup * 9), dy: fill(2 * to * 12 * 13) };
  const compute = async (channelBlock: number | undefined) => {
    const graph = new Graph({ channelBlock });
    const x = graph.input('x', [2, from, 12, 13]);
    const weight = graph.input('weight', [to, perGroup, 3, 3]);
    const y = conv2d(x, weight, { padding: 1, groups, training: true });
    const [dx, dw] = grad(sum(mul(y, graph.input('dy', y.shape))), [x, weight]);
    return run(graph, { y, dx: dx!, dw: dw! }, feeds);
  };
  const [blocked, plain] = [await compute(block), await compute(undefined)];
  return Object.entries(plain).every(([name, values]) =>
    values.every((value, i) => Math.abs(value - blocked[name]![i]!) < 1e-3),
  );
}

async function run(
  graph: Graph,
  outputs: Readonly<Record<string, Tensor>>,
  feeds: Readonly<Record<string, Float32Array>>,
): Promise<Record<string, Float32Array>> {
  const model = await openModel(encodeModel(toModel(graph, outputs)), { threads: 1 });
  const results = await model.run(feeds);
  await model.release();
  return Object.fromEntries(Object.entries(results).map(([name, value]) => [name, floatsOf(value)]));
}
