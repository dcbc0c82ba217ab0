import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { encodeModel } from '../graph/encode.js';
import { grad } from '../graph/gradient.js';
import { toModel } from '../graph/model.js';
import { type Shape, sizeOf } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import type { Scope } from '../nn/scope.js';
import { ModelState } from '../nn/state.js';
import { softmaxCrossEntropy } from '../ops/softmax-cross-entropy.js';
import { floatsOf, openModel } from '../runtime/onnx-model.js';
import { expectProbe, formula, type Probe } from '../testing/reference-values.js';
import { buildModel } from '../training/build.js';
import type { Backbone } from './backbone.js';
import { mobilenetV2 } from './mobilenet-v2.js';
import { resnet } from './resnet.js';

interface Reference {
  readonly batch: number;
  readonly size: number;
  readonly classes: number;
  readonly loss: number;
  readonly logits: Probe;
  readonly gradients: Readonly<Record<string, Probe>>;
  readonly buffers: Readonly<Record<string, Probe>>;
}

type Network = (scope: Scope, x: Tensor, options: { classes: number }) => Backbone;

const networks: [string, Network][] = [
  ['resnet18', resnet],
  ['mobilenet-v2', (scope, x, options) => mobilenetV2(scope, x, { ...options, dropout: 0 })],
];

describe.each(networks)('%s against torchvision', (name, network) => {
  const reference = JSON.parse(
    readFileSync(new URL(`../../reference/${name}.json`, import.meta.url), 'utf8'),
  ) as Reference;

  it('has the loss, every gradient and the running statistics of PyTorch', async () => {
    const computed = await trainingStep(network, reference);
    expect(Math.abs(computed.loss![0]! / reference.loss - 1)).toBeLessThan(1e-5);
    expectProbe('logits', computed.logits, reference.logits);
    const stored = Object.entries({ ...reference.gradients, ...reference.buffers });
    for (const [parameter, probe] of stored) expectProbe(parameter, computed[`after/${parameter}`], probe);
    expect(Object.keys(computed)).toHaveLength(stored.length + 2);
  });
});

async function trainingStep(
  network: Network,
  { batch, size, classes }: Reference,
): Promise<Record<string, Float32Array>> {
  const state = new ModelState();
  const { graph, scope, loss, outputs } = buildModel(
    (context) => {
      const { logits } = network(context.scope, context.input('x', [3, size, size]), { classes });
      return {
        loss: softmaxCrossEntropy(logits, context.input('labels', [], 'int32'), { labelSmoothing: 0.1 }),
        outputs: { logits },
      };
    },
    { state, seed: 1, batch, training: true },
  );
  const parameters = state.names('parameter');
  const gradients = grad(
    loss,
    parameters.map((parameter) => scope.tensors.get(parameter)!),
  );
  const wanted: Record<string, Tensor> = { loss, logits: outputs.logits! };
  parameters.forEach((parameter, i) => {
    wanted[`after/${parameter}`] = gradients[i]!;
  });
  for (const [buffer, tensor] of scope.bufferUpdates) wanted[`after/${buffer}`] = tensor;

  const model = await openModel(encodeModel(toModel(graph, wanted)), { threads: 1 });
  const feeds: Record<string, Float32Array | Int32Array> = {
    x: Float32Array.from(formula('input', batch * 3 * size * size)),
    labels: Int32Array.from({ length: batch }, (_, i) => (i * 7) % classes),
  };
  for (const parameter of parameters) feeds[parameter] = parameterValues(parameter, state.get(parameter).shape);
  for (const buffer of state.names('buffer')) feeds[buffer] = state.get(buffer).data;
  const results = await model.run(feeds);
  await model.release();
  return Object.fromEntries(Object.entries(results).map(([key, value]) => [key, floatsOf(value)]));
}

function parameterValues(name: string, shape: Shape): Float32Array {
  const bound = Math.sqrt(6 / sizeOf(shape.slice(1)));
  const values = new Float32Array(formula(name, sizeOf(shape)));
  for (let i = 0; i < values.length; i++) values[i] = shape.length > 1 ? values[i]! * bound : 1 + 0.1 * values[i]!;
  return values;
}
