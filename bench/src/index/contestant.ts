import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** What a contestant's process is given: a directory with `base.f32` and `queries.f32`, and how many numbers a vector has. */
export interface Contestant {
  name: string;
  command: readonly [string, ...string[]];
}

export interface Round {
  seconds: number;
  /** The rows found for each query. */
  rows: number[][];
}

/** A contestant whose index stands. */
export interface Searcher {
  name: string;
  /** What it told of itself: `version`, `buildSeconds` … */
  facts: Record<string, string | number>;
  /** All queries, one by one, for ten neighbours each. @param expansion candidates followed; 0: as it was tuned */
  run(expansion: number): Promise<Round>;
  /** Resident memory in MB (Linux). */
  megabytes(): number;
  leave(): Promise<void>;
}

/** Starts a process that builds its index, says its facts as a line of JSON, then answers each line with a round. */
export async function enter({ name, command }: Contestant, directory: string, dimension: number): Promise<Searcher> {
  const [file, ...words] = command;
  const child = spawn(file, [...words, directory, String(dimension)], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, OMP_NUM_THREADS: '1' },
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const next = async <T>(): Promise<T> => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`${name} ended before it answered.`);
    return JSON.parse(String(value)) as T;
  };
  return {
    name,
    facts: await next(),
    run: (expansion) => {
      child.stdin.write(`${expansion}\n`);
      return next<Round>();
    },
    megabytes: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1000,
    leave: async () => {
      child.stdin.end();
      await ended;
    },
  };
}
