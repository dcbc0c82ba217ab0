import { describe, expect, it } from 'vitest';
import { classifyConfigSchema, imageConfigOf, textConfigOf } from './config.js';

describe('the config of classify', () => {
  it('takes nothing, dotted keys, nested objects and numbers written as text', () => {
    expect(classifyConfigSchema.parse({})).toEqual({});
    expect(classifyConfigSchema.parse({ 'text.dim': 32, epochs: 3 })).toEqual({ 'text.dim': 32, epochs: 3 });
    expect(classifyConfigSchema.parse({ text: { dim: 32 }, lr: '1e-3' })).toEqual({ 'text.dim': 32, lr: 0.001 });
    expect(classifyConfigSchema.parse({ model: 'image', 'model.backbone': 'resnet18' })).toEqual({
      model: 'image',
      'model.backbone': 'resnet18',
    });
  });

  it.each([
    ['epocs', 'epochs'],
    ['model.backbon', 'model.backbone'],
    ['dropout', 'text.dropout'],
    ['text.dimm', 'text.dim'],
  ])('names the unknown key "%s" and suggests "%s"', (key, nearest) => {
    expect(() => classifyConfigSchema.parse({ [key]: 1 })).toThrowError(
      expect.objectContaining({
        code: 'config.invalid',
        message: expect.stringContaining(`"${key}"`),
        details: expect.objectContaining({ nearest }),
      }),
    );
  });

  it.each([
    ['lr', -1],
    ['epochs', 0],
    ['epochs', 'many'],
    ['model', 'sound'],
  ])('refuses %s = %s by name', (key, value) => {
    expect(() => classifyConfigSchema.parse({ [key]: value })).toThrowError(
      expect.objectContaining({ code: 'config.invalid', message: expect.stringContaining(`"${key}"`) }),
    );
  });

  it.each([
    ['image.freeze', { 'image.freeze': 2 }],
    ['image.width', { 'model.weights': 'resnet18.safetensors', 'image.width': 0.5 }],
    ['model.weights', { 'model.weights': 'resnet18.safetensors', 'model.backbone': 'small' }],
  ])('refuses %s where it does not go with the rest', (key, config) => {
    expect(() => classifyConfigSchema.parse(config)).toThrowError(
      expect.objectContaining({ code: 'config.invalid', message: expect.stringContaining(`"${key}"`) }),
    );
  });

  it.each([
    [{ model: 'resnet18' }, { model: 'image', 'model.backbone': 'resnet18' }],
    [
      { model: 'small', 'model.backbone': 'small' },
      { model: 'image', 'model.backbone': 'small' },
    ],
    [
      { model: 'lstm', lr: '1e-3' },
      { model: 'text', 'model.text': 'lstm', lr: 0.001 },
    ],
    [
      { model: 'bag', 'model.backbone': 'resnet18' },
      { model: 'text', 'model.text': 'bag', 'model.backbone': 'resnet18' },
    ],
  ])('takes the name of a network for the model: %j', (said, meant) => {
    expect(classifyConfigSchema.parse(said)).toEqual(meant);
  });

  it.each([
    { model: 'resnet18', 'model.backbone': 'mobilenetv2' },
    { model: 'lstm', 'model.text': 'bag' },
  ])('refuses two networks at once: %j', (said) => {
    const [first, second] = Object.values(said);
    expect(() => classifyConfigSchema.parse(said)).toThrowError(
      expect.objectContaining({
        code: 'config.invalid',
        message: expect.stringMatching(new RegExp(`"model=${first}" and "model\\.\\w+=${second}" .*keep one`)),
      }),
    );
  });

  it('refuses what is no list of settings', () => {
    for (const raw of [7, 'fast', [1]]) expect(() => classifyConfigSchema.parse(raw)).toThrowError(/list of settings/);
  });

  it('refuses what is nested deeply, long or plenty, in a short sentence', () => {
    const nested: unknown = JSON.parse(`${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`);
    const plenty = Object.fromEntries(Array.from({ length: 300_000 }, (_, index) => [`a${index}`, 1]));
    for (const raw of [nested, { text: nested }, { ['a'.repeat(1_000_000)]: 1 }, plenty])
      expect(() => classifyConfigSchema.parse(raw)).toThrowError(
        expect.objectContaining({ code: 'config.invalid', message: expect.stringMatching(/^.{20,200}$/) }),
      );
  });

  it('hands each model what concerns it, its own settings before those for both', () => {
    const config = classifyConfigSchema.parse({ epochs: 9, 'image.epochs': 4, 'image.size': 64, 'model.text': 'lstm' });
    expect(textConfigOf(config)).toMatchObject({ architecture: 'lstm', epochs: 9 });
    expect(imageConfigOf(config)).toMatchObject({ epochs: 4, size: 64 });
  });
});
