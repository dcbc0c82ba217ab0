import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { encodeModel } from '../graph/encode.js';
import { grad } from '../graph/gradient.js';
import { toModel } from '../graph/model.js';
import { sizeOf } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { add } from '../ops/add.js';
import { square } from '../ops/square.js';
import { sum } from '../ops/sum.js';
import { floatsOf, openModel } from '../runtime/onnx-model.js';
import { expectProbe, formula, type Probe } from '../testing/reference-values.js';
import { buildModel } from '../training/build.js';
import { lstm } from './lstm.js';
import { ModelState } from './state.js';

interface Reference {
  readonly shape: readonly [number, number, number];
  readonly size: number;
  readonly lengths: readonly number[];
  readonly loss: number;
  readonly sequence: Probe;
  readonly final: Probe;
  readonly input: Probe;
  readonly gradients: Readonly<Record<string, Probe>>;
}

const reference = JSON.parse(readFileSync(new URL('../../reference/lstm.json', import.meta.url), 'utf8')) as Reference;

describe('two bidirectional layers over sequences of unequal length', () => {
  it('have the outputs and every gradient of PyTorch', async () => {
    const [batch, time, features] = reference.shape;
    const state = new ModelState();
    const { graph, scope, loss, outputs, inputs } = buildModel(
      ({ scope: root, input }) => {
        const x = input('x', [time, features]);
        const lengths = input('lengths', [], 'int32');
        const result = lstm(root, x, { size: reference.size, layers: 2, bidirectional: true, lengths });
        return { loss: add(sum(square(result.sequence)), sum(result.final)), outputs: { ...result } };
      },
      { state, seed: 1, batch, training: true },
    );
    const names = state.names();
    const gradients = grad(loss, [inputs.get('x')!.tensor, ...names.map((name) => scope.tensors.get(name)!)]);
    const wanted: Record<string, Tensor> = { loss, ...outputs };
    ['input', ...names].forEach((name, i) => {
      wanted[`gradient/${name}`] = gradients[i]!;
    });
    const model = await openModel(encodeModel(toModel(graph, wanted)), { threads: 1 });
    const weights = names.map((name) => [name, Float32Array.from(formula(name, sizeOf(state.get(name).shape)))]);
    const results = await model.run({
      x: Float32Array.from(formula('input', batch * time * features)),
      lengths: Int32Array.from(reference.lengths),
      ...Object.fromEntries(weights),
    });

    expect(floatsOf(results.loss)[0]).toBeCloseTo(reference.loss, 4);
    expectProbe('sequence', floatsOf(results.sequence), reference.sequence);
    expectProbe('final', floatsOf(results.final), reference.final);
    expectProbe('input', floatsOf(results['gradient/input']), reference.input);
    expect(names.toSorted()).toEqual(Object.keys(reference.gradients).toSorted());
    for (const name of names) expectProbe(name, floatsOf(results[`gradient/${name}`]), reference.gradients[name]!);
    await model.release();
  });
});
