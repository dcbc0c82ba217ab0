import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  averagePool,
  type Build,
  createRandom,
  embeddingBag,
  exportOnnx,
  flatten,
  linear,
  mean,
  type NamedArray,
  relu,
} from '@vitrine/grad';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ArtifactError } from '../../errors.js';
import { openSimilar } from '../predictor.js';
import { similar } from '../task.js';
import { type ImportedEncoder, importEncoder } from './import-encoder.js';

const DIMENSION = 8;
const TOKENS = 6;
const WORDS = ['[UNK]', '[PAD]', 'red', 'blue', 'dress', 'boots'];

/** Pictures of 16 × 16 to a vector: means of parts, mixed. */
const seeing: Build = ({ scope, input }) => {
  const parts = flatten(averagePool(input('pixel_values', [3, 16, 16]), { kernel: 4, stride: 4 }));
  const embeds = linear(scope.child('out'), parts, DIMENSION);
  return { loss: mean(embeds), outputs: { image_embeds: embeds, hidden: relu(embeds) } };
};

/** Six tokens to a vector: the mean of theirs. */
const reading: Build = ({ scope, input }) => {
  const tokens = input('input_ids', [TOKENS], 'int32');
  const embeds = embeddingBag(scope.child('words'), tokens, { rows: WORDS.length, dim: DIMENSION, mode: 'mean' });
  return { loss: mean(embeds), outputs: { text_embeds: embeds } };
};

const tokenizer = {
  version: '1.0',
  padding: { pad_id: 1, pad_token: '[PAD]' },
  added_tokens: [],
  normalizer: { type: 'Lowercase' },
  pre_tokenizer: { type: 'Whitespace' },
  post_processor: null,
  decoder: null,
  model: {
    type: 'WordPiece',
    unk_token: '[UNK]',
    continuing_subword_prefix: '##',
    max_input_chars_per_word: 100,
    vocab: Object.fromEntries(WORDS.map((word, id) => [word, id])),
  },
};

function random(...shape: number[]): NamedArray {
  const numbers = createRandom(7, shape.join());
  return { shape, data: Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => numbers.normal()) };
}

let folder: string;
const file = (name: string) => join(folder, name);
const photo = (background: string) =>
  sharp({ create: { width: 40, height: 30, channels: 3, background } })
    .png()
    .toBuffer();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'imported-'));
  const sees = new Map([
    ['out.weight', random(DIMENSION, 48)],
    ['out.bias', random(DIMENSION)],
  ]);
  const reads = new Map([['words.weight', random(WORDS.length, DIMENSION)]]);
  await writeFile(file('image.onnx'), exportOnnx({ build: seeing, weights: () => sees }));
  await writeFile(file('text.onnx'), exportOnnx({ build: reading, weights: () => reads }));
  const still = new Map([
    ['out.weight', { shape: [DIMENSION, 48], data: new Float32Array(DIMENSION * 48) }],
    ['out.bias', random(DIMENSION)],
  ]);
  await writeFile(file('still.onnx'), exportOnnx({ build: seeing, weights: () => still }));
  await writeFile(file('tokenizer.json'), JSON.stringify(tokenizer));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('an encoder from elsewhere', () => {
  it('becomes a model whose vectors have length 1 and tell pictures apart', async () => {
    const summary = await importEncoder({ network: file('image.onnx') }, file('plain'));
    expect(summary).toMatchObject({ task: 'similar', metrics: {}, trainedOn: { snapshot: null, splits: [] } });
    const predictor = await openSimilar(file('plain'));
    const inputs = [{ image: await photo('red') }, { image: new Uint8Array([1]) }, { image: await photo('blue') }];
    const [red, broken, blue] = await predictor.predict(inputs);
    await predictor.close();
    expect(predictor.dimension).toBe(DIMENSION);
    expect(broken).toMatchObject({ ok: false, error: { code: 'input.image' } });
    if (!red?.ok || !blue?.ok) throw new Error('no vectors');
    expect(Math.hypot(...red.output.vector)).toBeCloseTo(1, 5);
    expect(red.output.vector).not.toEqual(blue.output.vector);
  });

  it('takes pictures as the network learnt them: its size, mean and deviation', async () => {
    const recipe = { mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5], fit: 'contain' } as const;
    await importEncoder({ network: file('image.onnx'), ...recipe }, file('recipe'));
    const { default: description } = (await import(file('recipe/model.json'), { with: { type: 'json' } })) as {
      default: { spec: object };
    };
    expect(description.spec).toEqual({
      ...{ width: 16, height: 16, channels: 3, fit: 'contain' },
      ...{ mean: [127.5, 127.5, 127.5], deviation: [127.5, 127.5, 127.5] },
    });
  });

  it('with a text side puts words among pictures, cut and filled up to what the network takes', async () => {
    const text = { network: file('text.onnx'), tokenizer: file('tokenizer.json') };
    await importEncoder({ network: file('image.onnx'), text }, file('both'));
    const predictor = await similar.open(file('both'));
    const texts = ['Red dress', 'red   dress', 'blue boots', `red dress ${'blue '.repeat(50)}`];
    const results = await predictor.predict([...texts.map((text) => ({ text })), { text: '  ' }]);
    await predictor.close();
    const vectors = results.flatMap((result) => (result.ok ? [result.output.vector] : []));
    expect(vectors).toHaveLength(4);
    expect(vectors[0]).toEqual(vectors[1]);
    expect(vectors[0]).not.toEqual(vectors[2]);
    for (const vector of vectors) expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
    expect(results[4]).toMatchObject({ ok: false, error: { code: 'input.empty' } });
  });

  it('without one says so when asked by words', async () => {
    await importEncoder({ network: file('image.onnx') }, file('mute'));
    const predictor = await similar.open(file('mute'));
    const [result] = await predictor.predict([{ text: 'a red dress' }]);
    await predictor.close();
    expect(result).toMatchObject({ ok: false, error: { code: 'input.text' } });
  });
});

describe('what is refused, with nothing left behind', () => {
  const text = (change: object) => ({ network: file('text.onnx'), tokenizer: file('tokenizer.json'), ...change });
  it.each<[string, () => ImportedEncoder, RegExp]>([
    ['no file', () => ({ network: file('none.onnx') }), /cannot be read/],
    ['a file that is no network', () => ({ network: file('tokenizer.json') }), /cannot be opened/],
    ['a network of texts', () => ({ network: file('text.onnx') }), /takes one input of float32/],
    [
      'an output it has not',
      () => ({ network: file('image.onnx'), output: 'logits' }),
      /no output "logits".*image_embeds/,
    ],
    ['another size', () => ({ network: file('image.onnx'), size: 224 }), /16 pixels a side, not of 224/],
    ['a mean too few', () => ({ network: file('image.onnx'), mean: [0.5] }), /Give 3 means/],
    ['a network that sees nothing', () => ({ network: file('still.onnx') }), /same vector for pictures/],
    [
      'a tokenizer that is none',
      () => ({ network: file('image.onnx'), text: text({ tokenizer: file('image.onnx') }) }),
      /tokenizer cannot be read/,
    ],
    [
      'pictures for texts',
      () => ({ network: file('image.onnx'), text: text({ network: file('image.onnx') }) }),
      /takes input_ids/,
    ],
  ])('%s', async (_, encoder, message) => {
    const attempt = importEncoder(encoder(), file('refused'));
    await expect(attempt).rejects.toThrow(ArtifactError);
    await expect(attempt).rejects.toThrow(message);
    expect(await readdir(folder)).not.toContain('refused');
  });
});
