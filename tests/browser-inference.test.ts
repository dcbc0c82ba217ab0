import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  architectures,
  type Build,
  createRandom,
  createTrainer,
  embedding,
  encodeModel,
  exportModel,
  floatsOf,
  foldBatchNorm,
  linear,
  lstm,
  type Model,
  openModel,
  quantize,
  sgd,
  softmax,
  sum,
  unet,
} from '@vitrine/grad';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from './browser.js';

const SIZE = 64;
const BATCH = 2;
const TOLERANCE = 1e-4;
/** Of the largest value: processors round sums of eight-bit products each their own way. */
const QUANTIZED_TOLERANCE = 0.03;

/** At half the width, which is enough to run every kind of layer. */
const network = (name: 'resnet18' | 'mobilenet_v2' | 'efficientnet_b0', y = softmax): Build => {
  return ({ scope, input }) => {
    const { logits } = architectures[name].build(scope, input('x', [3, SIZE, SIZE]), { classes: 10, width: 0.5 });
    return { loss: sum(logits), outputs: { y: y(logits) } };
  };
};

const segmenter: Build = ({ scope, input }) => {
  const { encoder } = architectures.resnet18;
  const y = unet(scope, input('x', [3, SIZE, SIZE]), { classes: 4, encoder });
  return { loss: sum(y), outputs: { y } };
};

const reader: Build = ({ scope, input }) => {
  const words = embedding(scope.child('embedding'), input('words', [12], 'int32'), { rows: 50, dim: 8 });
  const { final } = lstm(scope.child('lstm'), words, { size: 16, bidirectional: true });
  const y = linear(scope.child('out'), final, 5);
  return { loss: sum(y), outputs: { y } };
};

/** A file as it would be published: random weights, running statistics away from their first values. */
async function exported(build: Build): Promise<Model> {
  const trainer = await createTrainer({ seed: 3, batchSize: 1, optimizer: sgd(), build });
  const random = createRandom(4, 'statistics');
  const weights = new Map(
    [...trainer.weights()].map(([name, { shape, data }]) => {
      const value = name.endsWith('running_var') ? () => 0.5 + random.uniform() : () => random.normal() / 10;
      return [name, { shape, data: name.includes('running_') ? data.map(value) : data }];
    }),
  );
  await trainer.release();
  return exportModel({ build, weights: () => weights }, { passes: [foldBatchNorm] });
}

function pictures(seed: number): Float32Array {
  const random = createRandom(seed, 'pictures');
  return Float32Array.from({ length: BATCH * 3 * SIZE * SIZE }, () => random.normal());
}

const largestOf = (values: Float32Array) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

/** What a page that uses a model holds. */
const PAGE = `<!doctype html>
<title>Inference</title>
<script type="importmap">{ "imports": { "onnxruntime-web": "/runtime.mjs" } }</script>
<script type="module">
  import { env, InferenceSession, Tensor } from '/runtime.mjs';
  Object.assign(env.wasm, { wasmPaths: '/', numThreads: 1 });
  globalThis.infer = async ({ name, type, shape, values }) => {
    const session = await InferenceSession.create('/model.onnx', { executionProviders: ['wasm'] });
    const { y } = await session.run({ [name]: new Tensor(type, values, shape) });
    await session.release();
    return [...y.data];
  };
</script>`;

const types: Readonly<Record<string, string>> = { mjs: 'text/javascript', wasm: 'application/wasm', html: 'text/html' };

/** A page, ONNX Runtime for browsers with its kernels, and the model under test. */
async function serve(files: ReadonlyMap<string, Uint8Array | string>): Promise<Server> {
  const server = createServer(({ url = '' }, answer) => {
    const body = files.get(url);
    const type = types[url.split('.').at(-1) ?? ''] ?? 'application/octet-stream';
    answer.writeHead(body === undefined ? 404 : 200, { 'content-type': type }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

const files = new Map<string, Uint8Array | string>([['/page.html', PAGE]]);
let server: Server;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  const parts = {
    'runtime.mjs': import.meta.resolve('onnxruntime-web/wasm'),
    'ort-wasm-simd-threaded.mjs': import.meta.resolve('onnxruntime-web/ort-wasm-simd-threaded.mjs'),
    'ort-wasm-simd-threaded.wasm': import.meta.resolve('onnxruntime-web/ort-wasm-simd-threaded.wasm'),
  };
  for (const [name, url] of Object.entries(parts)) files.set(`/${name}`, await readFile(new URL(url)));
  [server, browser] = await Promise.all([serve(files), launchBrowser()]);
  page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/page.html`);
});

afterAll(async () => {
  await browser?.close();
  await new Promise((resolve) => server?.close(resolve));
});

/** The output `y` of a model, computed in the page. */
async function inPage(model: Model, feed: Float32Array | Int32Array): Promise<number[]> {
  files.set('/model.onnx', encodeModel(model));
  const [input] = model.inputs;
  const shape = input!.shape.map((size) => (typeof size === 'number' ? size : BATCH));
  const call = { name: input!.name, type: input!.dtype, shape, values: [...feed] };
  return page.evaluate(`infer(${JSON.stringify(call)})`);
}

/** The same in this process. */
async function inNode(model: Model, feed: Float32Array | Int32Array): Promise<Float32Array> {
  const opened = await openModel(encodeModel(model));
  const { y } = await opened.run({ [model.inputs[0]!.name]: feed });
  await opened.release();
  return floatsOf(y);
}

describe('an exported file in a browser page', () => {
  it.each<[string, Build, Float32Array | Int32Array]>([
    ['ResNet-18', network('resnet18'), pictures(1)],
    ['MobileNetV2', network('mobilenet_v2'), pictures(1)],
    ['EfficientNet-B0', network('efficientnet_b0'), pictures(1)],
    ['U-Net', segmenter, pictures(1)],
    ['a bidirectional LSTM', reader, Int32Array.from({ length: BATCH * 12 }, (_, i) => (i * 7) % 50)],
  ])('computes what Node computes: %s', async (_, build, feed) => {
    const model = await exported(build);
    const [here, there] = [await inNode(model, feed), await inPage(model, feed)];
    expect(there.length).toBe(here.length);
    const largest = largestOf(here);
    expect(largest, 'something was computed').toBeGreaterThan(1e-3);
    here.forEach((value, i) => {
      expect(Math.abs(there[i]! - value)).toBeLessThan(TOLERANCE * Math.max(1, largest));
    });
  });

  it('runs as the README says', async () => {
    const readme = await readFile(new URL('../../packages/grad/README.md', import.meta.url), 'utf8');
    const examples = [...readme.matchAll(/```js\n(.*?)```/gs)].map(([, code]) => code!);
    const example = examples.find((code) => code.includes("from 'onnxruntime-web'"));
    const model = await exported(({ scope, input }) => {
      const probabilities = softmax(linear(scope, input('point', [2]), 2));
      return { loss: sum(probabilities), outputs: { probabilities } };
    });
    files.set('/model.onnx', encodeModel(model));
    files.set('/readme.mjs', `${example}\nexport { probabilities };`);
    const told = await page.evaluate("import('/readme.mjs').then(({ probabilities }) => [...probabilities.data])");
    const opened = await openModel(encodeModel(model));
    const { probabilities } = await opened.run({ point: Float32Array.of(0, 0) });
    await opened.release();
    expect(told).toHaveLength(2);
    for (const [i, value] of floatsOf(probabilities).entries()) expect((told as number[])[i]).toBeCloseTo(value, 5);
  });

  it('runs quantized, too: close to eight bits in Node, whose processor rounds elsewhere', async () => {
    const model = await exported(network('resnet18', (logits) => logits));
    const quantized = await quantize(model, [{ x: pictures(2) }, { x: pictures(3) }]);
    const [here, there] = [await inNode(quantized, pictures(1)), await inPage(quantized, pictures(1))];
    const largest = largestOf(here);
    expect(Math.max(...here) - Math.min(...here), 'the classes differ').toBeGreaterThan(largest / 2);
    expect(there.length).toBe(here.length);
    here.forEach((value, i) => {
      expect(Math.abs(there[i]! - value)).toBeLessThan(QUANTIZED_TOLERANCE * largest);
    });
  });
});
