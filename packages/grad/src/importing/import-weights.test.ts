import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ArchitectureName, architectures } from '../backbones/architectures.js';
import { unet } from '../backbones/unet.js';
import { decodeSafetensors, encodeSafetensors, type StoredArray } from '../checkpoint/safetensors.js';
import { GradError } from '../errors.js';
import { sizeOf } from '../graph/shape.js';
import { softmaxCrossEntropy } from '../losses/cross-entropy.js';
import { ModelState, type NamedArray } from '../nn/state.js';
import { mean } from '../ops/mean.js';
import { sgd } from '../optim/sgd.js';
import { normals } from '../testing/check-gradient.js';
import { type Build, buildModel } from '../training/build.js';
import { createTrainer, type Trainer } from '../training/trainer.js';
import { importWeights } from './import-weights.js';
import { matchWeights } from './match-weights.js';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'import-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const NAMES = Object.keys(architectures) as ArchitectureName[];
/** Files of larger networks take seconds to write; their names are matched all the same. */
const IN_A_FILE = 30_000_000;

function classifier(name: ArchitectureName, classes: number, size = 32): Build {
  return ({ scope, input }) => {
    const { features, logits } = architectures[name].build(scope, input('x', [3, size, size]), { classes });
    return { loss: softmaxCrossEntropy(logits, input('labels', [], 'int32')), outputs: { features, logits } };
  };
}

/** A model's arrays filled with one number, and what else torchvision's `state_dict` holds. */
function stateOf(build: Build, value: number): Map<string, NamedArray> {
  const state = new ModelState();
  buildModel(build, { state, seed: 1, batch: 2, training: true });
  return new Map([...state.shapes()].map(([name, shape]) => [name, { shape, data: filled(sizeOf(shape), value) }]));
}

function filled(length: number, value: number): Float32Array {
  return value === 0 ? new Float32Array(length) : new Float32Array(length).fill(value);
}

function asTorchvision(state: ReadonlyMap<string, NamedArray>): [string, StoredArray][] {
  return [...state].flatMap(([name, array]): [string, StoredArray][] => {
    const counter = { shape: [], data: BigInt64Array.of(12n) };
    const stored: [string, StoredArray] = [name, array];
    return name.endsWith('running_var')
      ? [stored, [name.replace('running_var', 'num_batches_tracked'), counter]]
      : [stored];
  });
}

async function fileOf(name: string, arrays: Iterable<readonly [string, StoredArray]>): Promise<string> {
  const file = join(directory, name);
  await writeFile(file, encodeSafetensors(arrays));
  return file;
}

/** The module `fine-tune.js` of the README, with this build as the package. */
async function readmeExample() {
  const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
  const [, code] = /```js\n(\/\/ fine-tune\.js\n.*?)```/s.exec(readme)!;
  const file = join(directory, 'fine-tune.mjs');
  await writeFile(file, code!.replaceAll('@vitrine/grad', new URL('../index.js', import.meta.url).href));
  return (await import(file)) as {
    fineTune(file: string, options: { classes: number; size: number; batchSize: number }): Promise<Trainer>;
  };
}

describe('the weights of every architecture', () => {
  it.each(NAMES)('%s: come from a file with torchvision’s names, all of them', (name) => {
    const build = classifier(name, 1000);
    const model = stateOf(build, 0);
    const size = [...model.values()].reduce((total, { data }) => total + data.length, 0);
    const stored = asTorchvision(size > IN_A_FILE ? model : stateOf(build, 2));
    const read =
      size > IN_A_FILE ? new Map(stored) : decodeSafetensors(Buffer.concat(encodeSafetensors(stored))).arrays;
    const result = matchWeights(model, read);
    expect([...result.keys()]).toEqual([...model.keys()]);
    for (const [parameter, { data }] of result) expect(data[0], parameter).toBe(size > IN_A_FILE ? 0 : 2);
  });

  it.each(NAMES)('%s: leave out the head when there are other classes', (name) => {
    const { head } = architectures[name];
    const model = stateOf(classifier(name, 7), 0);
    const other = new Map(asTorchvision(stateOf(classifier(name, 1000), 0)));
    expect(() => matchWeights(model, other)).toThrow(`of another shape: ${head}.weight [1000`);
    const result = matchWeights(model, other, { skip: [head] });
    expect(result.get(`${head}.bias`)).toBe(model.get(`${head}.bias`));
    for (const [parameter, array] of result) {
      if (!parameter.startsWith(head)) expect(array.data, parameter).toBe(other.get(parameter)!.data);
    }
  });

  it.each(NAMES)('%s: fill the encoder of a U-Net', (name) => {
    const { encoder, beyondEncoder } = architectures[name];
    const segmenter: Build = ({ scope, input }) => {
      const scores = unet(scope, input('x', [3, 64, 64]), { classes: 3, encoder });
      return { loss: mean(scores), outputs: { scores } };
    };
    const model = stateOf(segmenter, 0);
    const stored = new Map(asTorchvision(stateOf(classifier(name, 10), 0)));
    const result = matchWeights(model, stored, { scope: 'encoder', skip: beyondEncoder });
    for (const [parameter, { data }] of result) {
      const own = model.get(parameter)!.data;
      expect(data === own, parameter).toBe(!parameter.startsWith('encoder.'));
    }
  });
});

describe('importWeights', () => {
  it('hands a trained network to the README’s example, which computes the same and tunes what is not frozen', async () => {
    const labels = Int32Array.of(0, 1, 2, 0);
    const pictures = normals([4, 3, 32, 32]);
    const options = { batchSize: 4, optimizer: sgd(), session: { threads: 1 } };
    const trained = await createTrainer({ seed: 7, build: classifier('mobilenet_v2', 5), ...options });
    await trained.step({ x: pictures, labels }, { lr: 0.1 });
    const file = await fileOf('mobilenet.safetensors', asTorchvision(trained.weights()));

    const { fineTune } = await readmeExample();
    const tuned = await fineTune(file, { classes: 3, size: 32, batchSize: 4 });
    const [expected, actual] = [await trained.evaluate({ x: pictures }), await tuned.evaluate({ pictures })];
    actual.outputs.features!.forEach((value, i) => {
      expect(value).toBeCloseTo(expected.outputs.features![i]!, 5);
    });
    expect(actual.outputs.logits).toHaveLength(4 * 3);

    const before = tuned.weights();
    await tuned.step({ pictures, labels }, { lr: 0.1 });
    const changed = [...tuned.weights()].filter(([name, { data }]) =>
      data.some((v, i) => v !== before.get(name)!.data[i]),
    );
    const stages = new Set(changed.map(([name]) => name.split('.').slice(0, 2).join('.')));
    expect([...stages]).toEqual([...Array.from({ length: 15 }, (_, i) => `features.${i + 4}`), 'classifier.1']);
    await Promise.all([trained.release(), tuned.release()]);
  });

  it('converts half precision', async () => {
    const model = new Map([['w', { shape: [2], data: Float32Array.of(0, 0) }]]);
    const header = JSON.stringify({ w: { dtype: 'F16', shape: [2], data_offsets: [0, 4] } });
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(header.length));
    const file = join(directory, 'half.safetensors');
    await writeFile(file, Buffer.concat([length, Buffer.from(header), Buffer.from([0, 0x3c, 0, 0xc0])]));
    expect((await importWeights(file, model)).get('w')!.data).toEqual(Float32Array.of(1, -2));
  });

  it('refuses what is no complete safetensors file, and says what it is', async () => {
    const model = new Map([['w', { shape: [2], data: Float32Array.of(0, 0) }]]);
    const whole = await fileOf('cut.safetensors', model);
    await truncate(whole, 60);
    const huge = join(directory, 'huge.safetensors');
    await writeFile(huge, '');
    await truncate(huge, 2 ** 31);
    const written = async (name: string, content: string | Buffer) => {
      await writeFile(join(directory, name), content);
      return join(directory, name);
    };
    const refused: [string, string][] = [
      [whole, 'not a complete safetensors file'],
      [huge, '2147483648 bytes'],
      [directory, 'is not a file'],
      [join(directory, 'absent.safetensors'), 'cannot be read'],
      [await written('empty.safetensors', ''), 'not a complete safetensors file'],
      [await written('model.pth', Buffer.from('PK\x03\x04 and so on')), 'PyTorch'],
      [await written('model.safetensors.index.json', '{"metadata": {}, "weight_map": {}}'), 'several parts'],
      [await written('model-00001-of-00003.safetensors', ''), 'several parts'],
    ];
    for (const [file, words] of refused) {
      const refusal = expect(importWeights(file, model), file).rejects;
      await refusal.toMatchObject({ name: 'GradError', code: 'checkpoint', message: expect.stringContaining(words) });
      await refusal.toMatchObject({ message: expect.stringContaining(file) });
    }
  });
});

describe('weights of another model', () => {
  const array = (...shape: number[]): NamedArray => ({ shape, data: new Float32Array(sizeOf(shape)) });
  const model = new Map([
    ['conv1.weight', array(8, 3, 3, 3)],
    ['bn1.weight', array(8)],
    ['bn1.running_mean', array(8)],
    ['fc.weight', array(2, 8)],
  ]);
  const refusal = (stored: Record<string, StoredArray>): GradError => {
    try {
      matchWeights(model, new Map(Object.entries(stored)));
    } catch (error) {
      if (error instanceof GradError) return error;
    }
    throw new Error('The weights were taken.');
  };

  it('are refused in one sentence per kind, with the names that may have been meant', () => {
    const nan = { shape: [8], data: new Float32Array(8).fill(Number.NaN) };
    const stored = {
      'conv_1.weight': array(8, 3, 3, 3),
      'bn1.weight': nan,
      'bn1.running_mean': { shape: [8], data: new Int32Array(8) },
      'fc.weight': array(10, 8),
      'fc.bias': array(10),
    };
    const { code, message } = refusal(stored);
    expect(code).toBe('parameter');
    expect(message).toBe(
      'The weights do not fit the model. ' +
        '1 missing: conv1.weight [8, 3, 3, 3] (there is conv_1.weight). ' +
        '2 unknown to the model: conv_1.weight; fc.bias. ' +
        '2 of another shape: bn1.running_mean [8] of whole numbers, needed [8]; fc.weight [10, 8], needed [2, 8]. ' +
        '1 not finite: bn1.weight.',
    );
  });

  it('are recognised behind a common prefix', () => {
    const stored = Object.fromEntries([...model].map(([name, value]) => [`module.${name}`, value]));
    expect(refusal(stored).message).toContain('bn1.weight [8] (there is module.bn1.weight)');
  });

  it('are not listed without end', () => {
    const stored = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`block${i}.weight`, array(1)]));
    expect(refusal(stored).message).toContain('; and 492 more.');
  });

  it('are refused when the part to fill does not exist', () => {
    expect(() => matchWeights(model, model, { scope: 'encoder' })).toThrow("nothing to fill under 'encoder'");
  });
});
