import { appendFile, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { VitrineError } from '@vitrine/models';
import { z } from 'zod';
import type { Database } from '../../platform/database/database.js';
import { migrate } from '../../platform/database/migrate.js';
import { Jobs } from '../../platform/jobs/queue.js';
import { News } from '../../platform/news.js';
import type { PipelineDefinition, StepContext, StepDefinition } from '../definition.js';
import { Pipelines } from '../pipelines.js';

/** What a step of the tests does at each of its attempts, besides noting itself in the diary; the last one for the rest. */
export type Turn = 'done' | 'hang' | 'crash' | 'refuse' | 'skip' | 'child';
export interface TestInput {
  diary: string;
  turns: Record<string, Turn[]>;
}
type Outputs = Record<'cut' | 'sew' | 'dye' | 'pack', string>;

const input = z.strictObject({ diary: z.string(), turns: z.record(z.string(), z.array(z.string())) });

async function act(name: string, { input: order, outputs, signal, lasting, log }: StepContext<TestInput, Outputs>) {
  const before = (await diaryOf(order.diary)).filter((line) => line === name).length;
  await appendFile(order.diary, `${name}\n`);
  const turns = order.turns[name] ?? ['done'];
  const turn = turns[Math.min(before, turns.length - 1)];
  await log(`${name} attempt ${before + 1}`);
  if (turn === 'hang') await sleep(60_000, undefined, { signal });
  if (turn === 'crash') throw new Error('The needle broke.');
  if (turn === 'refuse') throw new VitrineError('cloth.none', 'There is no cloth.', 409);
  if (turn === 'child')
    return lasting(
      async (id, failed) => {
        await appendFile(order.diary, `start ${id.split('.').slice(1).join('.')} after ${failed ? 'one' : 'none'}\n`);
        return id;
      },
      async () => {
        if (before === 0) throw new Error('The machine stopped.');
        return 'by machine';
      },
    );
  return Object.values(outputs).concat(name).join('+');
}

function step(name: keyof Outputs, needs: (keyof Outputs)[]): StepDefinition<TestInput, Outputs, keyof Outputs> {
  return {
    ...{ name, title: name, needs, retry: { attempts: 2, seconds: 0.05 } },
    skip: ({ turns }) => (turns[name]?.[0] === 'skip' ? 'not today' : undefined),
    run: (context) => act(name, context),
    cancel: async () => undefined,
  };
}

/** A tailor's: cut, then sew and dye beside each other, then pack. */
const tailor: PipelineDefinition<TestInput, Outputs> = {
  kind: 'tailor',
  input: input as unknown as z.ZodType<TestInput>,
  titleOf: () => 'A coat',
  keyOf: ({ diary }) => diary,
  check: async () => undefined,
  steps: [step('cut', []), step('sew', ['cut']), step('dye', ['cut']), step('pack', ['sew', 'dye'])],
};

/** Names in the order in which steps were worked on. */
export async function diaryOf(path: string): Promise<string[]> {
  return (await readFile(path, 'utf8').catch(() => '')).split('\n').filter(Boolean);
}

/** Pipelines of a tailor on a database. */
export async function openTailor(database: Database): Promise<{ pipelines: Pipelines; jobs: Jobs }> {
  await migrate(database.pool);
  const onFault = () => undefined;
  const jobs = new Jobs(database, onFault, 50);
  const pipelines = new Pipelines({ db: database.db, jobs, news: new News(), onFault });
  pipelines.define(tailor);
  return { pipelines, jobs };
}
