import { availableParallelism } from 'node:os';
import { describe, expect, it } from 'vitest';
import { chooseEngine } from './engine.js';

describe('what the engine runs on', () => {
  it('is the CPU unless said: all its cores for work, one thread for each model that answers', async () => {
    const cpu = { providers: ['cpu'], arena: true };
    expect(await chooseEngine()).toEqual({
      work: { threads: availableParallelism(), ...cpu },
      lists: { threads: availableParallelism(), ...cpu },
      answers: { threads: 1, ...cpu },
    });
  });

  it('is what the settings say', async () => {
    const said = { threads: 3, providers: ['cpu'], arena: false };
    expect(await chooseEngine({ threads: '3', provider: 'cpu', arena: 'off' })).toEqual({
      work: said,
      lists: said,
      answers: said,
    });
  });

  it('falls back to the CPU where a provider can’t be used, and says why in a sentence', async () => {
    // Of these, each is for another system: no machine has both.
    const provider = process.platform === 'darwin' ? 'dml' : 'coreml';
    const { work, answers, note } = await chooseEngine({ provider });
    expect([work.providers, answers.providers]).toEqual([['cpu'], ['cpu']]);
    expect(note).toMatch(
      new RegExp(
        `^The engine runs on the CPU: VITRINE_PROVIDER=${provider} fails its self-test\\. ${provider} cannot be used here: .+$`,
      ),
    );
  });

  it.each([
    ['threads', 'many', 'VITRINE_THREADS must be a whole number'],
    ['threads', '0', 'VITRINE_THREADS must be a whole number'],
    ['threads', '1.5', 'VITRINE_THREADS must be a whole number'],
    ['provider', 'gpu', 'VITRINE_PROVIDER must be one of: cpu, webgpu, cuda'],
    ['arena', 'yes', 'VITRINE_ARENA must be on'],
  ])('%s = %s is refused', async (name, value, sentence) => {
    await expect(chooseEngine({ [name]: value })).rejects.toMatchObject({
      code: 'engine.setting',
      message: expect.stringContaining(sentence),
    });
  });
});
