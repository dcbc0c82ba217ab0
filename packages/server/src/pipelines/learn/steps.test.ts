import { describe, expect, it } from 'vitest';
import type { Job } from '../../platform/jobs/job.js';
import type { Comparison } from '../../registry/gate.js';
import type { StepContext, StepDefinition } from '../definition.js';
import type { StepLink } from '../tables.js';
import { checkStep } from './check-step.js';
import { collectStep } from './collect-step.js';
import { evaluateStep } from './evaluate-step.js';
import { gateStep } from './gate-step.js';
import { indexStep } from './index-step.js';
import { type LearnInput, type LearnOutputs, learnInput } from './outputs.js';
import { promoteStep } from './promote-step.js';
import { snapshotStep } from './snapshot-step.js';
import { trainStep } from './train-step.js';

type Context = StepContext<LearnInput, LearnOutputs>;
const order = (given: object = {}): LearnInput => learnInput.parse({ task: 'classify', ...given });

/** Runs a step by itself; tells what it left, said and linked to. */
async function ran<Name extends keyof LearnOutputs>(
  step: StepDefinition<LearnInput, LearnOutputs, Name>,
  { input = order(), outputs = {}, ...given }: Partial<Context> = {},
) {
  const log: string[] = [];
  const links: StepLink[] = [];
  const told: unknown[] = [];
  const context: Context = {
    ...{ input, outputs, by: 'ada', signal: new AbortController().signal },
    progress: (progress) => void told.push(progress),
    log: async (message) => void log.push(message),
    link: async (link) => void links.push(link),
    lasting: async (start, wait) => wait(await start('child-1', undefined)),
    ...given,
  };
  return { output: await step.run(context), log, links, told };
}
const finished = (result: unknown) => ({ state: 'succeeded', error: null, result }) as unknown as Job;
const jobs = (job: Job) => ({ get: async () => job, cancel: async () => job });
const comparison = (candidate: number, production: number): Comparison => ({
  ...{ metric: 'accuracy', candidate, production, basis: 'same', productionId: 'old' },
});

describe('collect', () => {
  const report = { pages: 9, failed: 1, products: 6, new: 2, changed: 1, gone: 0 };
  const step = collectStep({ start: async () => finished(null) }, jobs(finished(report)));
  it('leaves the report of the crawl, and says which pages failed', async () => {
    const { output, log } = await ran(step, { input: order({ site: 'shop' }) });
    expect(output).toEqual(report);
    expect(log).toEqual(['6 products on 9 pages: 2 new, 1 changed, 0 gone.', '1 pages failed.']);
  });
  it('is left out without a site', () => {
    expect(step.skip?.(order(), {})).toBe('No site was named.');
    expect(step.skip?.(order({ site: 'shop' }), {})).toBeUndefined();
  });
  it.each([
    ['job.crashed', 500],
    ['collect.nothing', 409],
  ])('fails as the crawl does: %s is %i', async (code, status) => {
    const job = { state: 'failed', error: { code, message: 'No.' } } as Job;
    await expect(ran(collectStep({ start: async () => job }, jobs(job)))).rejects.toMatchObject({ code, status });
  });
});

describe('snapshot', () => {
  const started: (string | undefined)[] = [];
  const startCatalogue = async (_: string, __: string | null, once?: string) => {
    started.push(once);
    return finished(null);
  };
  const step = snapshotStep({ startCatalogue }, jobs(finished({ rows: 6, rejected: 0 })));
  it('starts under the id it is given, so that a repeated start starts nothing', async () => {
    expect((await ran(step)).output).toEqual({ dataset: 'catalogue', rows: 6 });
    expect(started).toEqual(['child-1']);
  });
  it('is left out where a data set is named', () => {
    expect(step.skip?.(order({ dataset: 'spring' }), {})).toBe('The data set spring is there.');
  });
});

describe('check', () => {
  it('tells its doubts and goes on', async () => {
    const problem = { code: 'text.empty', message: 'Products without text.', count: 2, examples: ['a', 'b', 'c', 'd'] };
    const { output, log } = await ran(checkStep({ check: async () => ({ rows: 6, problems: [problem] }) }));
    expect(output).toEqual({ rows: 6, problems: [{ code: 'text.empty', count: 2 }] });
    expect(log).toEqual(['6 rows, with these doubts:', '2 × Products without text. a, b, c']);
  });
});

describe('train', () => {
  const run = { id: 'r1', number: 4, state: 'succeeded', error: null, modelId: 'm1', primaryMetric: 'accuracy' };
  const done = { ...run, metrics: { accuracy: 0.5 } } as never;
  const called: string[] = [];
  const training = {
    start: async ({ once, promote }: { once?: string; promote: boolean }) => {
      called.push(`start ${once} ${promote}`);
      return done;
    },
    resume: async (id: string) => {
      called.push(`resume ${id}`);
      return done;
    },
    cancel: async () => done,
  };
  const step = trainStep(training as never, async () => done);
  it('makes a run that promotes nothing by itself', async () => {
    const { output, links, log } = await ran(step);
    expect(output).toEqual({ runId: 'r1', modelId: 'm1' });
    expect(links).toEqual([{ kind: 'run', id: 'r1', title: 'Run 4' }]);
    expect(log).toEqual(['Run #4 has begun.', 'accuracy 0.5000 on the test split.']);
    expect(called).toEqual(['start child-1 false']);
  });
  it('resumes the run that failed', async () => {
    await ran(step, { lasting: async (start, wait) => wait(await start('child-2', 'r1')) });
    expect(called.at(-1)).toBe('resume r1');
  });
});

describe('evaluate', () => {
  it('compares the new version with the one in production', async () => {
    const { output, log } = await ran(evaluateStep({ compare: async () => comparison(0.9, 0.8) }), {
      outputs: { train: { runId: 'r1', modelId: 'm1' } },
    });
    expect(output).toEqual(comparison(0.9, 0.8));
    expect(log).toEqual(['accuracy 90.0 % against 80.0 %, on the same test split.']);
  });
});

describe('gate', () => {
  it.each([
    [0.9, 0.8, true],
    [0.8, 0.8, true],
    [0.7, 0.8, false],
  ])('%d against %d: %s', async (candidate, production, passed) => {
    const { output } = await ran(gateStep(), { outputs: { evaluate: comparison(candidate, production) } });
    expect(output.passed).toBe(passed);
  });
});

describe('promote', () => {
  const promoted: unknown[] = [];
  const step = promoteStep({
    promote: async (id, promotion) => {
      promoted.push(id, promotion);
      return { id, task: 'classify', version: 3 } as never;
    },
  });
  const outputs = { train: { runId: 'r1', modelId: 'm1' }, evaluate: comparison(0.9, 0.8) };
  it('hands over what was compared, so that it is not measured again', async () => {
    expect((await ran(step, { outputs })).output).toEqual({ modelId: 'm1', version: 3 });
    expect(promoted).toEqual(['m1', { by: 'ada', compared: comparison(0.9, 0.8) }]);
  });
  it('is left out where the gate refuses or nobody asked for it', () => {
    const gate = { passed: false, reason: 'accuracy 70.0 % against 80.0 %' };
    expect(step.skip?.(order(), { gate })).toBe('The version in production stays: accuracy 70.0 % against 80.0 %.');
    const first = { ...comparison(0.7, 0), production: null, productionId: null };
    const useless = { passed: false, reason: 'This version finds less.' };
    expect(step.skip?.(order(), { evaluate: first, gate: useless })).toBe(
      'The model stays a candidate: This version finds less.',
    );
    expect(step.skip?.(order({ promote: false }), { gate: { ...gate, passed: true } })).toMatch(/not asked for/);
    expect(step.skip?.(order(), { gate: { ...gate, passed: true } })).toBeUndefined();
  });
});

describe('index', () => {
  const outputs = { promote: { modelId: 'm1', version: 3 } };
  const embedded = (answers: boolean) => {
    const job = finished({ embedded: 7, failed: 1, answers });
    return indexStep({ start: async () => job }, jobs(job));
  };
  it('waits for the job that embeds the catalogue', async () => {
    const { output, log } = await ran(embedded(true), { outputs });
    expect(output).toEqual({ embedded: 7, failed: 1 });
    expect(log).toEqual(['7 photos are indexed.', '1 photos can’t be read.']);
  });
  it('fails where another version took over meanwhile', async () => {
    await expect(ran(embedded(false), { outputs })).rejects.toMatchObject({ code: 'index.replaced', status: 409 });
  });
  it('is left out where nothing is indexed, or nothing was promoted', () => {
    const step = embedded(true);
    expect(step.skip?.(order(), outputs)).toBe('The task classify has no index.');
    expect(step.skip?.(order({ task: 'similar' }), {})).toMatch(/stays/);
    expect(step.skip?.(order({ task: 'similar' }), outputs)).toBeUndefined();
  });
});
