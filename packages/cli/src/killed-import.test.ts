import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bin, vitrineOn } from './testing/command.test.fixture.js';

const ROWS = 20_000;
/** Words that no two rows share. */
const word = (index: number, salt: number) => (Math.imul(index + 1, salt) >>> 0).toString(36);

let folder: string;
let dataDir: string;
let command: string[];
let child: ChildProcess | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vitrine-killed-'));
  dataDir = join(folder, 'data');
  const rows = Array.from(
    { length: ROWS },
    (_, index) => `${index},${word(index, 0x9e3779b1)} ${word(index, 0x85ebca6b)},c${index % 3}`,
  );
  await writeFile(join(folder, 'many.csv'), `id,title,label\n${rows.join('\n')}\n`);
  command = ['data', 'import', 'products', join(folder, 'many.csv'), '--name', 'many'];
});
afterEach(async () => {
  child?.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

/** The command once it is reading rows. */
async function importing(): Promise<ChildProcess> {
  const reading = spawn(process.execPath, [bin, ...command, '--data-dir', dataDir], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  child = reading;
  const isReading = () => readdir(join(dataDir, 'datasets', '.importing')).catch(() => []);
  while ((await isReading()).length === 0) {
    if (reading.exitCode !== null) throw new Error(`The import ended with ${reading.exitCode} before it was killed.`);
    await sleep(20);
  }
  return reading;
}

async function ended(
  child: ChildProcess,
  signal: NodeJS.Signals,
): Promise<{ code: number | null; signal: string | null }> {
  const exit = once(child, 'exit') as Promise<[number | null, string | null]>;
  child.kill(signal);
  // As a terminal does that closes.
  child.kill(signal);
  const [code, killedBy] = await exit;
  return { code, signal: killedBy };
}

describe('an import that is killed', () => {
  test('by kill -9 is finished by the very same command, every row once', async () => {
    expect(await ended(await importing(), 'SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' });
    const { code, answer } = await vitrineOn(dataDir, ...command);
    expect(answer).toMatchObject({ name: 'many', rows: ROWS, rejected: 0, snapshots: 1, importing: null });
    expect(code).toBe(0);
  });

  test.each(['SIGTERM', 'SIGHUP'] as const)(
    'by %s is cancelled, though nobody listens, and leaves nothing',
    async (signal) => {
      const child = await importing();
      child.stderr?.destroy();
      expect(await ended(child, signal)).toEqual({ code: 130, signal: null });
      expect(await readdir(join(dataDir, 'datasets', '.importing'))).toEqual([]);
      const { answer } = await vitrineOn(dataDir, 'data', 'show', 'many');
      expect(answer).toMatchObject({ rows: 0, importing: { state: 'cancelled' } });
    },
  );
});
