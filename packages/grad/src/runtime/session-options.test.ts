import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { encodeModel } from '../graph/encode.js';
import { Graph } from '../graph/graph.js';
import { toModel } from '../graph/model.js';
import { exp } from '../ops/exp.js';
import { floatsOf, openModel } from './onnx-model.js';
import { chooseProvider, selfTest, verdict } from './provider-self-test.js';
import { type SessionOptions, toOrtOptions } from './session-options.js';
import { tryApart } from './try-apart.js';

function exponential(): Uint8Array {
  const graph = new Graph();
  return encodeModel(toModel(graph, { y: exp(graph.input('x', [3])) }));
}

describe('session options', () => {
  it.each<[string, SessionOptions]>([
    ['one thread that spins', { threads: 1, spinning: true }],
    ['planned memory without an arena', { memoryPattern: true, arena: false }],
    ['no rewriting', { optimization: 'disabled' }],
    ['a configuration entry', { config: { 'session.disable_prepacking': '1' } }],
    ['ONNX Runtime’s own words', { raw: { executionMode: 'parallel', interOpNumThreads: 2 } }],
    ['a provider with options', { providers: [{ name: 'cpu' }] }],
  ])('compute the same with %s', async (_, options) => {
    const model = await openModel(exponential(), options);
    const { y } = await model.run({ x: Float32Array.of(0, 1, -1) });
    await model.release();
    floatsOf(y).forEach((value, i) => {
      expect(value).toBeCloseTo([1, Math.E, 1 / Math.E][i]!, 6);
    });
  });

  it('reach the runtime', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'grad-options-'));
    const optimizedModelFilePath = join(folder, 'model.ort');
    const model = await openModel(exponential(), {
      config: { 'session.save_model_format': 'ORT' },
      raw: { optimizedModelFilePath },
    });
    await model.release();
    expect((await readFile(optimizedModelFilePath)).toString('latin1', 4, 8), 'the mark of its own format').toBe(
      'ORTM',
    );
    await rm(folder, { recursive: true });
  });

  it('are told to the runtime in its words', () => {
    const said = toOrtOptions({ threads: 3, arena: false, memoryPattern: true, spinning: true, optimization: 'basic' });
    expect(said).toMatchObject({
      intraOpNumThreads: 3,
      enableCpuMemArena: false,
      enableMemPattern: true,
      graphOptimizationLevel: 'basic',
      extra: { 'session.intra_op.allow_spinning': '1' },
    });
    expect(toOrtOptions({ providers: ['webgpu', 'cpu'] }).executionProviders).toEqual(['webgpu', 'cpu']);
  });

  it('say more by `raw` than by name', () => {
    const options = toOrtOptions({ threads: 3, config: { a: '1' }, raw: { intraOpNumThreads: 4, extra: { b: '2' } } });
    expect(options.intraOpNumThreads).toBe(4);
    expect(options.extra).toMatchObject({ a: '1', b: '2', 'session.intra_op.allow_spinning': '0' });
  });

  it('write a profile', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'grad-profile-'));
    const model = await openModel(exponential(), { profile: join(folder, 'run') });
    await model.run({ x: Float32Array.of(0, 1, -1) });
    await model.release();
    const [file] = await readdir(folder);
    expect(await readFile(join(folder, file!), 'utf8')).toContain('"Exp');
    await rm(folder, { recursive: true });
  });
});

describe('providers', () => {
  it('are tested by computing: the CPU passes', async () => {
    expect(await selfTest('cpu')).toMatchObject({ provider: 'cpu', works: true });
  });

  it('that compute wrong values, or none, do not pass', () => {
    expect(verdict('webgpu', { deviation: 1e-5 })).toMatchObject({ works: true });
    expect(verdict('webgpu', { deviation: 0.01 })).toMatchObject({ works: false });
    expect(verdict('webgpu', { deviation: Number.NaN })).toMatchObject({ works: false });
    expect(verdict('webgpu', { reason: 'x.cc:1 Start() ready was false. No adapter.\n' }).message).toMatch(
      /driver\. What happened: No adapter\.$/,
    );
  });

  // One that hangs is waited for to the end; the other has as long as a loaded machine takes to start a process.
  it.each([
    ['end', 60, 'it ended the process that tried it (SIGABRT).'],
    ['hang', 1, 'nothing came of it in 1 seconds.'],
  ])('whose drivers %s the process are told of by the one that asked', async (provider, patience, reason) => {
    const program = new URL('../testing/bad-driver-program.js', import.meta.url);
    expect(await tryApart(program, { provider, options: {} }, 1000 * patience)).toEqual({ reason });
  });

  it('that do not exist give way to the CPU, with the reason', async () => {
    const { provider, notes } = await chooseProvider(['nonesuch']);
    expect(provider).toBe('cpu');
    expect(notes[0]).toContain('nonesuch');
    expect(notes.at(-1)).toBe('The CPU is used instead.');
  });

  it.each([
    ['webgpu', 'graphics processor'],
    ['cuda', 'NVIDIA driver'],
    ['tensorrt', 'NVIDIA driver'],
  ])('that this machine may not have compute correctly, or say what they need: %s', async (name, needed) => {
    const { works, message } = await selfTest(name);
    expect(message).toContain(works ? 'computes correctly' : needed);
  });

  it('are taken without a word when the first one works', async () => {
    expect(await chooseProvider(['cpu', 'cuda'])).toEqual({ provider: 'cpu', notes: [] });
  });

  it('are named when a model cannot be opened on them', async () => {
    await expect(openModel(exponential(), { providers: ['nonesuch'] })).rejects.toThrow('on nonesuch');
  });
});
