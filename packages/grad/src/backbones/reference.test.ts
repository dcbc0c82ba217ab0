import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { grad } from '../gradient.js';
import { encodeModel } from '../graph/encode.js';
import { type Model, toModel } from '../graph/model.js';
import { type Shape, sizeOf } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { softmaxCrossEntropy } from '../losses/cross-entropy.js';
import type { Scope } from '../nn/scope.js';
import { ModelState } from '../nn/state.js';
import { mean } from '../ops/mean.js';
import { square } from '../ops/square.js';
import { findChannelBlock } from '../runtime/channel-block.js';
import type { Feed } from '../runtime/feeds.js';
import { floatsOf, openModel } from '../runtime/onnx-model.js';
import { expectProbe, formula, type Probe } from '../testing/reference-values.js';
import { type BuildContext, type BuildResult, buildModel } from '../training/build.js';
import { architectures } from './architectures.js';
import type { Backbone } from './backbone.js';
import { efficientnet } from './efficientnet.js';
import { mobilenetV2 } from './mobilenet-v2.js';
import { resnet } from './resnet.js';
import { unet } from './unet.js';

interface Reference {
  readonly batch: number;
  readonly size: readonly [number, number];
  readonly classes: number;
  readonly outputs: Readonly<Record<string, Probe>>;
}

interface StepReference extends Reference {
  readonly loss: number;
  readonly gradients: Readonly<Record<string, Probe>>;
  readonly buffers: Readonly<Record<string, Probe>>;
}

type Network = (context: BuildContext, x: Tensor, classes: number) => BuildResult;
type Classifier = (scope: Scope, x: Tensor, options: { classes: number }) => Backbone;

const { resnet18, resnet34, resnet50 } = architectures;

const networks: Record<string, Network> = {
  resnet18: classifier(resnet18.build),
  resnet50: classifier(resnet50.build),
  'resnext14-32x8d': classifier((scope, x, options) =>
    resnet(scope, x, { ...options, block: 'bottleneck', blocks: [1, 1, 1, 1], groups: 32, groupWidth: 8 }),
  ),
  'mobilenet-v2': classifier((scope, x, options) => mobilenetV2(scope, x, { ...options, dropout: 0 })),
  'efficientnet-b0': classifier((scope, x, options) =>
    efficientnet(scope, x, { ...options, dropout: 0, stochasticDepth: 0 }),
  ),
  'unet-resnet18': ({ scope }, x, classes) => {
    const scores = unet(scope, x, { classes, encoder: resnet18.encoder, upsampling: 'bilinear' });
    return { loss: mean(square(scores)), outputs: { scores } };
  },
};

const block = await findChannelBlock();
if (block === undefined)
  console.warn('This processor has no blocked layout: networks are compared in the plain one only.');

describe.each(Object.entries(networks))('%s against PyTorch', (name, network) => {
  const compare = async (channelBlock?: number) => {
    const reference = stored<StepReference>(name);
    const computed = await trainingStep(network, reference, channelBlock);
    expect(Math.abs(computed.loss![0]! / reference.loss - 1)).toBeLessThan(1e-5);
    for (const [output, probe] of Object.entries(reference.outputs)) expectProbe(output, computed[output], probe);
    const state = Object.entries({ ...reference.gradients, ...reference.buffers });
    for (const [parameter, probe] of state) expectProbe(parameter, computed[`after/${parameter}`], probe);
    expect(Object.keys(computed)).toHaveLength(state.length + 2);
  };

  it('has the loss, every gradient and the running statistics', () => compare());

  it.skipIf(block === undefined)('has them in the layout in which the CPU trains', () => compare(block));
});

/** More layers of the blocks whose gradients are compared above. */
const deeper: Record<string, Network> = {
  resnet34: classifier(resnet34.build),
  'efficientnet-b3': classifier((scope, x, options) =>
    efficientnet(scope, x, { ...options, width: 1.2, depth: 1.4, dropout: 0, stochasticDepth: 0 }),
  ),
};

describe.each(Object.entries(deeper))('%s against PyTorch', (name, network) => {
  it('has the scores of a training step', async () => {
    const reference = stored<Reference>(name);
    const { outputs, feeds, graph } = build(network, reference);
    const { logits } = await run(toModel(graph, outputs), feeds);
    expectProbe('logits', logits, reference.outputs.logits!);
  });
});

describe('torchvision', () => {
  const torchvision = stored<Readonly<Record<string, { arrays: number; numbers: number; sha256: string }>>>('shapes');

  it.each(Object.entries(architectures))('gives the parameters of %s the same names and shapes', (name, { build }) => {
    const state = new ModelState();
    const network: Network = ({ scope }, x, classes) => {
      const { logits } = build(scope, x, { classes });
      return { loss: mean(logits) };
    };
    buildModel((context) => network(context, context.input('x', [3, 64, 64]), 1000), {
      state,
      seed: 1,
      batch: 2,
      training: true,
    });
    const shapes = [...state.shapes()];
    const lines = shapes.map(([parameter, shape]) => `${parameter} ${shape.join('x')}\n`).sort();
    expect({
      arrays: lines.length,
      numbers: shapes.reduce((total, [, shape]) => total + sizeOf(shape), 0),
      sha256: createHash('sha256').update(lines.join('')).digest('hex'),
    }).toEqual(torchvision[name]);
  });
});

function stored<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../../reference/${name}.json`, import.meta.url), 'utf8')) as T;
}

function classifier(network: Classifier): Network {
  return ({ scope, input }, x, classes) => {
    const { logits } = network(scope, x, { classes });
    const loss = softmaxCrossEntropy(logits, input('labels', [], 'int32'), { labelSmoothing: 0.1 });
    return { loss, outputs: { logits } };
  };
}

/** The network with the weights and pictures that reference/backbones.py uses too. */
function build(network: Network, { batch, size, classes }: Reference, channelBlock?: number) {
  const state = new ModelState();
  const built = buildModel((context) => network(context, context.input('x', [3, ...size]), classes), {
    state,
    seed: 1,
    batch,
    training: true,
    channelBlock,
  });
  const feeds: Record<string, Float32Array> = { x: Float32Array.from(formula('input', batch * 3 * sizeOf(size))) };
  const parameters = state.names('parameter');
  for (const name of parameters) feeds[name] = parameterValues(name, state.get(name).shape);
  for (const name of state.names('buffer')) feeds[name] = state.get(name).data;
  return { ...built, parameters, feeds };
}

async function trainingStep(
  network: Network,
  reference: Reference,
  channelBlock: number | undefined,
): Promise<Record<string, Float32Array>> {
  const { graph, scope, loss, outputs, inputs, parameters, feeds } = build(network, reference, channelBlock);
  const gradients = grad(
    loss,
    parameters.map((parameter) => scope.tensors.get(parameter)!),
  );
  const wanted: Record<string, Tensor> = { loss, ...outputs };
  parameters.forEach((parameter, i) => {
    wanted[`after/${parameter}`] = gradients[i]!;
  });
  for (const [buffer, tensor] of scope.bufferUpdates) wanted[`after/${buffer}`] = tensor;

  const { batch, classes } = reference;
  const labels = Int32Array.from({ length: batch }, (_, i) => (i * 7) % classes);
  return run(toModel(graph, wanted), inputs.has('labels') ? { ...feeds, labels } : feeds);
}

async function run(model: Model, feeds: Readonly<Record<string, Feed>>): Promise<Record<string, Float32Array>> {
  const program = await openModel(encodeModel(model), { threads: 1 });
  const used = Object.entries(feeds).filter(([name]) => model.inputs.some((input) => input.name === name));
  const results = await program.run(Object.fromEntries(used));
  await program.release();
  return Object.fromEntries(Object.entries(results).map(([key, value]) => [key, floatsOf(value)]));
}

function parameterValues(name: string, shape: Shape): Float32Array {
  const bound = Math.sqrt(6 / sizeOf(shape.slice(1)));
  const middle = name.endsWith('bias') ? 3 : 1;
  const values = formula(name, sizeOf(shape));
  for (let i = 0; i < values.length; i++) values[i] = shape.length > 1 ? values[i]! * bound : middle + 0.1 * values[i]!;
  return new Float32Array(values);
}
