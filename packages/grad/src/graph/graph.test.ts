import { describe, expect, it } from 'vitest';
import { grad } from '../gradient.js';
import { add } from '../ops/add.js';
import { exp } from '../ops/exp.js';
import { mul } from '../ops/mul.js';
import { square } from '../ops/square.js';
import { stopGradient } from '../ops/stop-gradient.js';
import { sum } from '../ops/sum.js';
import { floatsOf, openModel } from '../runtime/onnx-model.js';
import type { DType } from './dtype.js';
import { encodeModel } from './encode.js';
import { Graph } from './graph.js';
import { requiredInputs, toModel } from './model.js';
import { differentiable, node } from './node.js';
import type { Tensor } from './tensor.js';

async function run(graph: Graph, y: Tensor, feeds: Record<string, Float32Array>): Promise<number[]> {
  const model = await openModel(encodeModel(toModel(graph, { y })), { threads: 1 });
  const result = await model.run(feeds);
  await model.release();
  return [...floatsOf(result.y)];
}

describe('a graph', () => {
  it('stores equal constants once, and unshared ones apart', () => {
    const graph = new Graph();
    expect(graph.constant(2)).toBe(graph.constant(Float32Array.of(2), []));
    expect(graph.constant(2)).not.toBe(graph.constant(2, [], 'int32'));
    expect(graph.constant(2)).not.toBe(graph.constant(Float32Array.of(2)));
    const one = Float32Array.of(1);
    expect(graph.unsharedConstant(one, [1])).not.toBe(graph.unsharedConstant(one, [1]));
  });

  it.each<[number, DType]>([
    [0.5, 'int32'],
    [2 ** 31, 'int32'],
    [-1, 'uint8'],
    [256, 'uint8'],
    [128, 'int8'],
    [2, 'bool'],
    [1.5, 'int64'],
    [Number.NaN, 'int32'],
    [Number.POSITIVE_INFINITY, 'int64'],
  ])('refuses %d as %s, which does not hold it', (value, dtype) => {
    const graph = new Graph();
    expect(() => graph.constant(value, [], dtype)).toThrow(`${value} cannot be held by ${dtype}; cast`);
    expect(() => add(graph.input('x', [2], dtype), value)).toThrow(expect.objectContaining({ code: 'dtype' }));
  });

  it.each<[number, DType]>([
    [-(2 ** 31), 'int32'],
    [255, 'uint8'],
    [-128, 'int8'],
    [1, 'bool'],
    [-(2 ** 40), 'int64'],
  ])('keeps %d as %s', (value, dtype) => {
    const graph = new Graph();
    const { name } = graph.constant(value, [], dtype);
    expect(Number(graph.constants.get(name)!.data[0])).toBe(value);
  });

  it('refuses two inputs of one name, tensors of another graph, and constants that do not fill their shape', () => {
    const graph = new Graph();
    const x = graph.input('x', [2]);
    expect(() => graph.input('x', [3])).toThrow("already has an input named 'x'");
    expect(() => add(x, new Graph().input('y', [2]))).toThrow('another graph');
    expect(() => graph.constant(Float32Array.of(1, 2, 3), [2])).toThrow('cannot hold 3 values');
    expect(() => graph.input('z', [-1])).toThrow('cannot have the shape');
    expect(() => toModel(graph, { x: exp(x) })).toThrow("cannot be named 'x'");
  });

  it('leaves out what an output does not need', () => {
    const graph = new Graph();
    const x = graph.input('x', [2]);
    const y = graph.input('y', [2]);
    const doubled = mul(x, 2);
    mul(y, 3);
    const model = toModel(graph, { doubled });
    expect(model.inputs.map(({ name }) => name)).toEqual(['x']);
    expect(model.nodes.map(({ operator }) => operator)).toEqual(['Mul']);
    expect(model.initializers).toHaveLength(1);
    expect(requiredInputs(graph, [doubled])).toEqual(new Set(['x']));
  });

  it('names what is computed and copies only what has a name already', () => {
    const graph = new Graph();
    const x = graph.input('x', [2]);
    const doubled = mul(x, 2);
    const model = toModel(graph, { y: doubled, z: exp(doubled), again: doubled, same: x });
    const byOutput = model.nodes.map(({ operator, inputs, outputs }) => [outputs[0], operator, inputs[0]]);
    expect(byOutput).toEqual([
      ['y', 'Mul', 'x'],
      ['z', 'Exp', 'y'],
      ['again', 'Identity', 'y'],
      ['same', 'Identity', 'x'],
    ]);
  });

  it('encodes to what the runtime reads back', async () => {
    const graph = new Graph();
    const y = node('Clip', [graph.input('x', [200]), graph.constant(-1), graph.constant(0.5)], [200]);
    const model = await openModel(encodeModel(toModel(graph, { y })));
    expect(model.inputs).toEqual([{ name: 'x', shape: [200], dtype: 'float32' }]);
    expect(model.outputs).toEqual([{ name: 'y', shape: [200], dtype: 'float32' }]);
    const result = await model.run({ x: new Float32Array(200).fill(-3) });
    expect(floatsOf(result.y).every((value) => value === -1)).toBe(true);
  });
});

describe('grad', () => {
  it('adds up the contributions of a value used several times', async () => {
    const graph = new Graph();
    const x = graph.input('x', [2]);
    const y = exp(x);
    const [dx] = grad(sum(add(mul(x, y), y)), [x]);
    const expected = [1, -2].map((v) => Math.exp(v) * (v + 2));
    (await run(graph, dx!, { x: Float32Array.of(1, -2) })).forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i]!, 5);
    });
  });

  it('gives nothing for what the loss does not depend on', () => {
    const graph = new Graph();
    const x = graph.input('x', [2]);
    expect(grad(sum(x), [x, graph.input('unused', [1])])[1]).toBeUndefined();
  });

  it('takes the derivative of an op as a whole before that of the parts it is made of', async () => {
    const graph = new Graph();
    const x = graph.input('x', []);
    const y = differentiable(square(x), [x], (dy) => [mul(mul(dy, x), 100)]);
    expect(await run(graph, grad(y, [x])[0]!, { x: Float32Array.of(3) })).toEqual([300]);
  });

  it('refuses to lose a gradient in a node without a derivative, unless that is meant', async () => {
    const graph = new Graph();
    const x = graph.input('x', [2]);
    const ceiling = node('Ceil', [x], [2]);
    expect(() => grad(sum(mul(x, ceiling)), [x])).toThrow('through Ceil, which has no derivative');
    expect(() => grad(node('ReduceSum', [x], []), [x])).toThrow('through ReduceSum');
    const [dx] = grad(sum(mul(x, stopGradient(ceiling))), [x]);
    expect(await run(graph, dx!, { x: Float32Array.of(0.5, 1.5) })).toEqual([1, 2]);
    expect(grad(sum(stopGradient(x)), [x])).toEqual([undefined]);
  });

  it('differentiates its own result', async () => {
    const graph = new Graph();
    const x = graph.input('x', []);
    const [first] = grad(mul(square(x), x), [x]);
    const [second] = grad(first!, [x]);
    expect((await run(graph, second!, { x: Float32Array.of(5) }))[0]).toBeCloseTo(30, 4);
  });

  it('differentiates scalars only, and checks the shapes ops give', () => {
    const graph = new Graph();
    const x = graph.input('x', [2]);
    expect(() => grad(exp(x), [x])).toThrow('Only a float32 scalar');
    const wrong = differentiable(node('Exp', [x], [2]), [x], (dy) => [sum(dy)]);
    expect(() => grad(sum(wrong), [x])).toThrow('has shape [], not [2]');
  });
});
