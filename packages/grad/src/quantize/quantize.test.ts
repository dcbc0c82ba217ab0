import { beforeAll, describe, expect, it } from 'vitest';
import { type ExportSource, exportModel } from '../export/export-onnx.js';
import { foldBatchNorm } from '../export/fold-batch-norm.js';
import { Graph } from '../graph/graph.js';
import { type Model, toModel } from '../graph/model.js';
import type { Tensor } from '../graph/tensor.js';
import { softmaxCrossEntropy } from '../losses/cross-entropy.js';
import { batchNorm } from '../nn/batch-norm.js';
import { conv2d } from '../nn/conv2d.js';
import { normal } from '../nn/init.js';
import { linear } from '../nn/linear.js';
import type { Scope } from '../nn/scope.js';
import { ModelState } from '../nn/state.js';
import { add } from '../ops/add.js';
import { globalAveragePool } from '../ops/average-pool.js';
import { concat } from '../ops/concat.js';
import { conv2d as conv2dOp } from '../ops/conv2d.js';
import { linear as linearOp } from '../ops/linear.js';
import { matmul } from '../ops/matmul.js';
import { maxPool } from '../ops/max-pool.js';
import { mul } from '../ops/mul.js';
import { relu } from '../ops/relu.js';
import { relu6 } from '../ops/relu6.js';
import { flatten } from '../ops/reshape.js';
import { sigmoid } from '../ops/sigmoid.js';
import { silu } from '../ops/silu.js';
import { sum } from '../ops/sum.js';
import { upsample } from '../ops/upsample.js';
import { adam } from '../optim/adam.js';
import { createRandom } from '../random.js';
import type { SessionOptions } from '../runtime/session-options.js';
import { normals } from '../testing/check-gradient.js';
import { type Build, buildModel } from '../training/build.js';
import { createTrainer } from '../training/trainer.js';
import { compareModels } from './compare-models.js';
import { type QuantizeOptions, quantize } from './quantize.js';

const SIZE = 12;
const CLASSES = 3;
const session = { threads: 1 };
/** Exact with weights of eight bits, too, where a processor without eight-bit dot products would overflow. */
const exact = { ...session, config: { 'session.x64quantprecision': '1' } };

/** Stripes along one of three directions, anywhere, under noise. */
function stripes(count: number, seed: number): { x: Float32Array; label: Int32Array } {
  const random = createRandom(seed, 'stripes');
  const label = Int32Array.from({ length: count }, () => Math.floor(random.uniform() * CLASSES));
  const x = new Float32Array(count * SIZE * SIZE);
  for (let n = 0; n < count; n++) {
    const phase = random.uniform() * 4;
    for (let i = 0; i < SIZE * SIZE; i++) {
      const [row, column] = [Math.floor(i / SIZE), i % SIZE];
      const along = [row, column, row + column][label[n]!]!;
      x[n * SIZE * SIZE + i] = Math.sin((along + phase) * (Math.PI / 2)) + 0.7 * random.normal();
    }
  }
  return { x, label };
}

function network(scope: Scope, x: Tensor): Tensor {
  const block = (name: string, input: Tensor, width: number) =>
    batchNorm(scope.child(`${name}-norm`), conv2d(scope.child(name), input, width, 3, { padding: 1, bias: false }));
  const first = maxPool(relu(block('first', x, 8)), { kernel: 2 });
  const second = relu(add(block('second', first, 8), first));
  return linear(scope.child('out'), globalAveragePool(second), CLASSES);
}

describe('a trained classifier in eight bits', () => {
  let source: ExportSource;
  let before: Model;

  beforeAll(async () => {
    const trainer = await createTrainer({
      seed: 1,
      batchSize: 32,
      optimizer: adam(),
      session,
      build: ({ scope, input }) => {
        const logits = network(scope, input('x', [1, SIZE, SIZE]));
        return { loss: softmaxCrossEntropy(logits, input('label', [], 'int32')), outputs: { logits } };
      },
    });
    for (let step = 0; step < 80; step++) await trainer.step(stripes(32, step), { lr: 0.01 });
    const weights = trainer.weights();
    source = { build: trainer.build, weights: () => weights };
    before = exportModel(source);
    await trainer.release();
  });

  const calibration = Array.from({ length: 8 }, (_, i) => ({ x: stripes(8, 1000 + i).x }));

  it.each<[QuantizeOptions, SessionOptions]>([
    [{}, session],
    [{ percentile: 0.9999 }, session],
    [{ weightBits: 8 }, exact],
  ])('keeps its accuracy on new examples (%j), in a session %j', async (options, session) => {
    const after = await quantize(before, calibration, { ...options, session });
    const { x, label } = stripes(400, 5000);
    const comparison = await compareModels(before, after, [{ x }], { labels: label, session });
    expect(comparison.accuracy!.before, 'the model has learnt its task').toBeGreaterThan(0.9);
    expect(comparison.accuracy!.after).toBeGreaterThan(comparison.accuracy!.before - 0.02);
    expect(comparison.agreement).toBeGreaterThan(0.97);
    expect(comparison.relativeError).toBeLessThan(0.05);
    expect(comparison.relativeError, 'eight bits are not thirty-two').toBeGreaterThan(1e-4);
  });

  it('computes everything between its border and its scores in eight bits', async () => {
    const { nodes } = await quantize(before, calibration, { session });
    expect(nodes.map(({ operator }) => operator)).toEqual([
      'QuantizeLinear',
      'QLinearConv',
      'MaxPool',
      'QLinearConv',
      'QLinearAdd',
      'QLinearGlobalAveragePool',
      'Reshape',
      'MatMulIntegerToFloat',
    ]);
  });

  it('leaves layers in float32 whose weights are to be kept', async () => {
    const folded = foldBatchNorm(before);
    const first = folded.nodes.find(({ operator }) => operator === 'Conv')!.inputs[1]!;
    const { nodes, initializers } = await quantize(before, calibration, { keep: [first, 'out.weight'], session });
    const operators = nodes.map(({ operator }) => operator);
    expect(operators.slice(0, 3)).toEqual(['Conv', 'Relu', 'MaxPool']);
    expect(operators.filter((operator) => operator === 'QLinearConv')).toHaveLength(1);
    expect(operators.at(-1)).toBe('Gemm');
    for (const name of [first, 'out.weight'])
      expect(initializers.find((initializer) => initializer.name === name)?.dtype).toBe('float32');
    await expect(quantize(before, calibration, { keep: ['third.weight'], session })).rejects.toThrow("'third.weight'");
  });

  it.each([
    [7, 63],
    [8, 127],
  ] as const)('uses all levels of %i bits for its weights', async (weightBits, largest) => {
    const { initializers } = await quantize(before, calibration, { weightBits, session });
    const weights = initializers.filter(({ name }) => name.endsWith('/int8-weight'));
    expect(weights).toHaveLength(3);
    for (const { data } of weights) expect(Math.max(...[...(data as Int8Array)].map(Math.abs))).toBe(largest);
  });

  it('gives no levels to rare values beyond the percentile', async () => {
    const rare = [...calibration, { x: stripes(8, 1).x.with(0, 1000) }];
    const { x } = stripes(400, 5000);
    const errorOf = async (percentile: number) => {
      const after = await quantize(before, rare, { percentile, session });
      return (await compareModels(before, after, [{ x }], { session })).relativeError;
    };
    expect(await errorOf(1)).toBeGreaterThan(0.2);
    expect(await errorOf(0.999)).toBeLessThan(0.05);
  });

  it('takes any number of examples, as before', async () => {
    const after = await quantize(before, calibration, { session });
    for (const count of [1, 5]) {
      const { x } = stripes(count, 7);
      expect((await compareModels(before, after, [{ x }], { session })).relativeError).toBeLessThan(0.1);
    }
  });

  it('refuses samples it cannot measure on', async () => {
    const broken = stripes(2, 1).x.fill(Number.NaN);
    await expect(quantize(before, [{ x: broken }], { session })).rejects.toThrow('not finite');
    await expect(quantize(before, [{ x: broken.subarray(1) }], { session })).rejects.toMatchObject({ code: 'feed' });
    for (const samples of [[], [{ x: new Float32Array(0) }]]) {
      await expect(quantize(before, samples, { session })).rejects.toMatchObject({
        code: 'quantize',
        message: expect.stringContaining('needs examples'),
      });
    }
  });

  it('refuses shares and bits it has no meaning for', async () => {
    for (const percentile of [99, 0.5, Number.NaN])
      await expect(quantize(before, calibration, { percentile })).rejects.toThrow('percentile is');
    for (const weightBits of [3, 16, Number.NaN])
      await expect(quantize(before, calibration, { weightBits: weightBits as never })).rejects.toThrow(
        `not ${weightBits}`,
      );
  });

  it.each(['out.weight', 'out.bias'])('refuses numbers that are not finite in %s', async (name) => {
    const broken = before.initializers.map((initializer) =>
      initializer.name === name
        ? { ...initializer, data: (initializer.data as Float32Array).with(1, Number.POSITIVE_INFINITY) }
        : initializer,
    );
    await expect(quantize({ ...before, initializers: broken }, calibration, { session })).rejects.toMatchObject({
      code: 'quantize',
      message: expect.stringContaining(`'${name}'`),
    });
  });
});

const conv = (scope: Scope, x: Tensor, options = {}) => conv2d(scope, x, 6, 3, { padding: 1, ...options });

describe.each<[string, (scope: Scope, x: Tensor) => Tensor, string[]]>([
  ['a convolution', (scope, x) => conv(scope, x), ['QLinearConv']],
  [
    'a grouped, strided, dilated one',
    (scope, x) => conv(scope, x, { groups: 3, stride: 2, dilation: 2 }),
    ['QLinearConv'],
  ],
  ['ReLU6', (scope, x) => relu6(conv(scope, x)), ['QLinearConv']],
  ['SiLU', (scope, x) => silu(conv(scope, x)), ['QLinearConv', 'QLinearSigmoid', 'QLinearMul']],
  ['a product', (scope, x) => mul(conv(scope.child(0), x), conv(scope.child(1), x)), ['QLinearMul']],
  ['an activation without a rule', (scope, x) => sigmoid(conv(scope, x)), ['DequantizeLinear', 'Sigmoid']],
  ['enlarging and joining', enlargedAndJoined, ['Resize', 'QLinearConcat']],
  ['a linear layer', (scope, x) => linear(scope, flatten(x), 5), ['MatMulIntegerToFloat']],
  ['a matrix product', projected, ['MatMulIntegerToFloat']],
  ['a weight used twice, once across', tied, ['MatMulIntegerToFloat']],
  [
    'a value read in both forms',
    (scope, x) => sigmoid(add(conv(scope.child(0), x), sigmoid(conv(scope.child(1), x)))),
    ['QLinearAdd'],
  ],
])('%s', (_, build, operators) => {
  it('is computed in eight bits within a few per cent', async () => {
    const before = untrained(build);
    const samples = [...Array(16).keys()].map((i) => ({ x: normals([4, 3, 8, 8], i) }));
    const after = await quantize(before, samples, { session });
    expect(after.nodes.map(({ operator }) => operator)).toEqual(expect.arrayContaining(operators));
    const { relativeError } = await compareModels(before, after, [{ x: normals([4, 3, 8, 8], 'new') }], { session });
    expect(relativeError).toBeLessThan(0.03);
  });
});

describe('a model without weights to quantize', () => {
  it('is refused', async () => {
    const model = untrained((_, x) => relu(x));
    await expect(quantize(model, [{ x: normals([1, 3, 8, 8]) }])).rejects.toThrow('Nothing here can be quantized');
  });
});

describe('a convolution joined with constants', () => {
  it('is joined in float32', async () => {
    const graph = new Graph();
    const y = conv2dOp(graph.input('x', [1, 3, 8, 8]), graph.constant(normals([6, 3, 3, 3]), [6, 3, 3, 3]), {
      padding: 1,
    });
    const before = toModel(graph, { joined: concat([y, graph.constant(normals([1, 2, 8, 8]), [1, 2, 8, 8])], 1) });
    const samples = [{ x: normals([1, 3, 8, 8]) }];
    const after = await quantize(before, samples, { session });
    const operators = ['QuantizeLinear', 'QLinearConv', 'DequantizeLinear', 'Concat'];
    expect(after.nodes.map(({ operator }) => operator)).toEqual(operators);
    expect((await compareModels(before, after, samples, { session })).relativeError).toBeLessThan(0.03);
  });
});

function enlargedAndJoined(scope: Scope, x: Tensor): Tensor {
  const small = relu(conv(scope.child(0), x, { stride: 2 }));
  return concat([upsample(small, { size: [8, 8], mode: 'nearest' }), conv(scope.child(1), x)], 1);
}

function projected(scope: Scope, x: Tensor): Tensor {
  return matmul(flatten(x), scope.parameter('weight', [192, 5], normal(1)));
}

function tied(scope: Scope, x: Tensor): Tensor {
  const weight = scope.parameter('weight', [192, 192], normal(1));
  return linearOp(matmul(flatten(x), weight), weight);
}

/** A model as it begins, over x [N, 3, 8, 8]. */
function untrained(of: (scope: Scope, x: Tensor) => Tensor): Model {
  const build: Build = ({ scope, input }) => {
    const y = of(scope, input('x', [3, 8, 8]));
    return { loss: sum(y), outputs: { y } };
  };
  const state = new ModelState();
  buildModel(build, { state, seed: 1, batch: 2, training: false });
  return exportModel({ build, weights: () => state.snapshot() });
}
