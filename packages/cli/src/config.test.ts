import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { flatten, trainingConfig } from './config.js';

async function file(text: string): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), 'vitrine-config-')), 'config.yaml');
  await writeFile(path, text);
  return path;
}

describe('a training config', () => {
  it('reads words as YAML values, so that numbers, lists and truth values come as such', async () => {
    expect(
      await trainingConfig(undefined, ['lr=1e-3', 'model.backbone=resnet18', 'augment=false', 'sizes=[64, 96]']),
    ).toEqual({
      lr: 0.001,
      'model.backbone': 'resnet18',
      augment: false,
      sizes: [64, 96],
    });
  });

  it('lets words win over the file, whose nested keys become dotted', async () => {
    const path = await file('epochs: 3\nmodel:\n  backbone: resnet18\n');
    expect(await trainingConfig(path, ['epochs=5'])).toEqual({ epochs: 5, 'model.backbone': 'resnet18' });
  });

  it('makes the path of weights absolute, for a training that runs elsewhere', async () => {
    const absolute = join(process.cwd(), 'weights', 'resnet18.safetensors');
    for (const key of ['model.weights', 'weights'])
      expect(await trainingConfig(undefined, [`${key}=weights/resnet18.safetensors`])).toEqual({ [key]: absolute });
  });

  it('keeps an empty file as no settings', async () => {
    expect(await trainingConfig(await file(''), [])).toEqual({});
  });

  it.each([['- 1\n- 2\n'], ['just words'], ['a: [1']])('refuses a file that holds no settings: %j', async (text) => {
    await expect(trainingConfig(await file(text), [])).rejects.toMatchObject({ code: 'cli.config' });
  });

  it('refuses a word without a value, and says how to write one', async () => {
    await expect(trainingConfig(undefined, ['epochs'])).rejects.toThrow('key=value');
  });

  it('keeps lists whole while flattening', () => {
    expect(flatten({ a: { b: { c: 1 }, d: [1, { e: 2 }] } })).toEqual({ 'a.b.c': 1, 'a.d': [1, { e: 2 }] });
  });
});
