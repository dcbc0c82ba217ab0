import { fork } from 'node:child_process';
import { mkdtemp, readdir, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Checkpoints } from '../checkpoint/checkpoints.js';
import { linear } from '../nn/linear.js';
import { mean } from '../ops/mean.js';
import { square } from '../ops/square.js';
import { sub } from '../ops/sub.js';
import { constant } from '../optim/schedule.js';
import { sgd } from '../optim/sgd.js';
import { type FitEvent, type FitOptions, fit } from './fit.js';
import type { Pace } from './meter.js';
import { createTrainer, type Trainer } from './trainer.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'grad-fit-'));
});
afterEach(() => rm(directory, { recursive: true }));

type Message =
  | Extract<FitEvent, { type: 'step' | 'resumed' }>
  | { type: 'done'; result: unknown; weights: unknown; steps: number };

/** Runs the training in a child process until it ends, or kills it with SIGKILL at a step; what it said. */
function attempt(kind: string, killAt?: number): Promise<Message[]> {
  const child = fork(new URL('../testing/fit-program.js', import.meta.url), [directory, kind]);
  const said: Message[] = [];
  child.on('message', (message: Message) => {
    said.push(message);
    if (message.type === 'step' && message.step === killAt) child.kill('SIGKILL');
  });
  return new Promise((resolve, reject) => {
    child.on('exit', (code, signal) => {
      if (code === 0 || signal === 'SIGKILL') resolve(said);
      else reject(new Error(`The training ended with ${code ?? signal}.`));
    });
  });
}

const lossesOf = (messages: Message[]) => messages.flatMap((message) => (message.type === 'step' ? [message] : []));

describe('a training that is killed at any moment', () => {
  it.each(['plain', 'averaged', 'in the graph', 'accumulated'])(
    'goes on to the same losses, weights and best epoch, to the bit: %s',
    async (kind) => {
      const whole = await attempt(kind);
      const expected = new Map(lossesOf(whole).map((event) => [event.step, event]));
      expect(expected.size).toBe(21);

      await rm(directory, { recursive: true });
      const seen = new Map<number, unknown>();
      let last: Message[] = [];
      // Within the first epoch before anything was saved, within it after that, and within the last.
      for (const killAt of [2, 5, 17, undefined]) {
        last = await attempt(kind, killAt);
        for (const event of lossesOf(last)) {
          expect(event).toEqual(expected.get(event.step));
          seen.set(event.step, event);
        }
      }
      expect(seen.size).toBe(21);
      expect(last[0]).toMatchObject({ type: 'resumed' });
      expect(lossesOf(last).length).toBeLessThan(10);
      expect(last.at(-1)).toEqual(whole.at(-1));
    },
  );
});

const STEPS = 4;

/** Learns the mean of what it is fed: `target`. */
function trainerOf(): Promise<Trainer> {
  return createTrainer({
    seed: 1,
    batchSize: 2,
    optimizer: sgd(),
    session: { threads: 1 },
    build: ({ scope, input }) => ({
      loss: mean(square(sub(linear(scope, input('x', [1]), 1, { bias: false }), input('target', [1])))),
    }),
  });
}

async function* batchesOf(targets: readonly number[], from: number) {
  for (const target of targets.slice(from)) {
    yield { feeds: { x: Float32Array.of(1, 1), target: Float32Array.of(target, target) } };
  }
}

async function fitted(overrides: Partial<FitOptions> = {}, trainer?: Trainer) {
  const events: FitEvent[] = [];
  const values = [0.1, 0.5, 0.3, 0.2, 0.4];
  const used = trainer ?? (await trainerOf());
  const result = await fit(used, {
    epochs: 5,
    stepsPerEpoch: STEPS,
    lr: constant(0.05),
    batches: (_, from) => batchesOf([1, 1, 1, 1], from),
    validate: async (epoch) => values[epoch - 1]!,
    checkpoints: await Checkpoints.open(directory),
    onEvent: (event) => events.push(event),
    ...overrides,
  });
  return { result, events, trainer: used };
}

function ofType<Type extends FitEvent['type']>(events: FitEvent[], type: Type): Extract<FitEvent, { type: Type }>[] {
  return events.filter((event): event is Extract<FitEvent, { type: Type }> => event.type === type);
}

describe('fit', () => {
  it('ends with the weights of the best epoch', async () => {
    const { result, events, trainer } = await fitted();
    expect(result).toEqual({ epoch: 2, value: 0.5, epochs: 5 });
    expect(trainer.stepsDone).toBe(2 * STEPS);
    const epochs = ofType(events, 'epoch');
    expect(epochs.map(({ value }) => value)).toEqual([0.1, 0.5, 0.3, 0.2, 0.4]);
    const steps = ofType(events, 'step');
    expect(steps.map(({ step }) => step)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    expect(steps[5]!.epoch).toBe(1.5);
    const first = steps.slice(0, STEPS).reduce((sum, { loss }) => sum + loss, 0) / STEPS;
    expect(epochs[0]!.loss).toBeCloseTo(first, 12);
  });

  it('stops early when the value gets no better for as many epochs as patience says', async () => {
    expect((await fitted({ patience: 2 })).result).toEqual({ epoch: 2, value: 0.5, epochs: 4 });
  });

  it('tells the pace at the end of each epoch at least', async () => {
    const paces = ofType((await fitted()).events, 'pace');
    expect(paces.length).toBeGreaterThanOrEqual(5);
    expect(paces.at(-1)).toMatchObject({ fraction: 1, secondsLeft: 0 });
    for (const { examplesPerSecond, dataWait, memory } of paces.map(({ pace }) => pace)) {
      expect(examplesPerSecond).toBeGreaterThan(0);
      expect(dataWait).toBeGreaterThanOrEqual(0);
      expect(dataWait).toBeLessThanOrEqual(1);
      expect(memory).toBeGreaterThan(1e7);
    }
  });

  it('tells how much of the time goes into waiting for batches', async () => {
    let clock = 0;
    const now = vi.spyOn(performance, 'now').mockImplementation(() => clock);
    const paces: Pace[] = [];
    await fitted({
      epochs: 1,
      async *batches(_, from) {
        for await (const batch of batchesOf([1, 1, 1, 1], from)) {
          clock += 30;
          yield batch;
        }
      },
      onEvent(event) {
        if (event.type === 'step') clock += 10;
        if (event.type === 'epoch') paces.push(event.pace);
      },
    }).finally(() => now.mockRestore());
    expect(paces).toEqual([{ dataWait: 0.75, examplesPerSecond: 50, memory: expect.any(Number) }]);
  });

  it('reports examples that could not be loaded, and goes on', async () => {
    const example = { index: 7, reason: 'It is broken.' };
    const batches: FitOptions['batches'] = async function* (_, from) {
      for await (const batch of batchesOf([1, 1, 1, 1], from)) yield { ...batch, failed: [example] };
    };
    const { events } = await fitted({ batches, epochs: 1 });
    expect(ofType(events, 'failed')).toEqual(new Array(STEPS).fill({ type: 'failed', example }));
  });

  it('ends at a loss that is not finite, or leaves out as many in a row as allowed', async () => {
    const bad = Number.NaN;
    const some: FitOptions['batches'] = (_, from) => batchesOf([1, bad, bad, 1], from);
    await expect(fitted({ batches: some })).rejects.toMatchObject({ code: 'not-finite' });
    await expect(fitted({ batches: some, skipNotFinite: 1 })).rejects.toMatchObject({ code: 'not-finite' });
    await rm(directory, { recursive: true });
    const { events, trainer } = await fitted({ batches: some, skipNotFinite: 2, epochs: 2 });
    expect(ofType(events, 'skipped')).toHaveLength(4);
    expect(trainer.stepsDone).toBe(4);
    expect(ofType(events, 'epoch').every(({ loss }) => Number.isFinite(loss))).toBe(true);
  });

  it('counts steps left out in a row over epochs, and goes on counting after a restart', async () => {
    const bad = Number.NaN;
    // Two at the end of each epoch, and two at the beginning of the next.
    const around: FitOptions['batches'] = (_, from) => batchesOf([bad, bad, 1, bad, bad], from);
    const options = { batches: around, stepsPerEpoch: 5, epochs: 2 };
    const counted = (events: FitEvent[]) => ofType(events, 'skipped').length;
    expect(counted((await fitted({ ...options, skipNotFinite: 4 })).events)).toBe(8);
    await rm(directory, { recursive: true });
    const seen: FitEvent[] = [];
    const onEvent = (event: FitEvent) => seen.push(event);
    await expect(fitted({ ...options, skipNotFinite: 3, onEvent })).rejects.toMatchObject({ code: 'not-finite' });
    expect(counted(seen)).toBe(2 + 3);
    await expect(fitted({ ...options, skipNotFinite: 3, onEvent })).rejects.toMatchObject({ code: 'not-finite' });
    expect(counted(seen)).toBe(2 + 3 + 1);
  });

  it('says so when every step of an epoch was left out', async () => {
    const none: FitOptions['batches'] = (_, from) => batchesOf(new Array(STEPS).fill(Number.NaN), from);
    await expect(fitted({ batches: none, skipNotFinite: STEPS })).rejects.toMatchObject({
      code: 'not-finite',
      message: expect.stringContaining('Not one of the 4 steps of epoch 1'),
    });
  });

  it('ends with the last epoch, and at no patience, when nothing could be measured', async () => {
    const { result, trainer } = await fitted({ validate: async () => Number.NaN, patience: 2 });
    expect(result).toEqual({ epoch: 5, value: Number.NaN, epochs: 5 });
    expect(trainer.stepsDone).toBe(5 * STEPS);
  });

  it('stops between two steps when it is aborted, and goes on from there', async () => {
    const abort = new AbortController();
    const onEvent = (event: FitEvent) => {
      if (event.type === 'step' && event.step === 6) abort.abort(new Error('Enough.'));
    };
    await expect(fitted({ signal: abort.signal, onEvent, checkpointEvery: 1 })).rejects.toThrow('Enough.');
    expect(await readdir(directory)).toContain('partial.safetensors');
    const { events } = await fitted();
    expect(events[0]).toEqual({ type: 'resumed', step: 6, epoch: 1.5 });
    expect(ofType(events, 'step')[0]!.step).toBe(7);
    expect(await readdir(directory)).not.toContain('partial.safetensors');
  });

  it('says which checkpoint to remove when the latest is damaged, and then goes on from the one before', async () => {
    await fitted({ epochs: 2 });
    const file = (await Checkpoints.open(directory)).latest!.file;
    await truncate(file, 100);
    await expect(fitted()).rejects.toMatchObject({
      code: 'checkpoint',
      message: expect.stringContaining(`Remove '${file}' to go on from the checkpoint before it`),
    });
    await rm(file);
    expect((await fitted()).events[0]).toEqual({ type: 'resumed', step: STEPS, epoch: 1 });
  });

  it('goes on from a checkpoint that does not say where it was made', async () => {
    const trainer = await trainerOf();
    await fitted({ epochs: 1 }, trainer);
    await (await Checkpoints.open(directory)).add(1, 0.1, (file) => trainer.save(file));
    expect((await fitted({ epochs: 2 })).events[0]).toEqual({ type: 'resumed', step: STEPS, epoch: 1 });
  });

  it.each<[Partial<FitOptions>, string]>([
    [{ epochs: 0 }, 'epochs must be'],
    [{ epochs: 1.5 }, 'epochs must be'],
    [{ stepsPerEpoch: 0 }, 'stepsPerEpoch must be'],
    [{ stepsPerEpoch: Number.NaN }, 'stepsPerEpoch must be'],
    [{ stepsPerEpoch: Number.POSITIVE_INFINITY }, 'stepsPerEpoch must be'],
    [{ patience: 0 }, 'patience must be'],
    [{ patience: Number.NaN }, 'patience must be'],
    [{ checkpointEvery: 0 }, 'checkpointEvery must be'],
    [{ skipNotFinite: -1 }, 'skipNotFinite must be'],
    [{ skipNotFinite: Number.NaN }, 'skipNotFinite must be'],
  ])('refuses %o before it trains', async (wrong, sentence) => {
    const trainer = await trainerOf();
    await expect(fitted(wrong, trainer)).rejects.toMatchObject({
      code: 'data',
      message: expect.stringContaining(sentence),
    });
    expect(trainer.stepsDone).toBe(0);
  });

  it('takes numbers without an end for never, or for all', async () => {
    const endless = Number.POSITIVE_INFINITY;
    const options = { epochs: endless, patience: 2, checkpointEvery: endless, skipNotFinite: endless };
    expect((await fitted(options)).result).toEqual({ epoch: 2, value: 0.5, epochs: 4 });
  });

  it('refuses a loader without batches', async () => {
    await expect(fitted({ batches: () => batchesOf([], 0) })).rejects.toMatchObject({ code: 'data' });
  });
});
