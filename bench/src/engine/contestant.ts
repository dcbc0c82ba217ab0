import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** An engine as a command: it is given a workload's name and obeys the protocol of `enter`. */
export interface Engine {
  readonly name: string;
  readonly version: string;
  readonly command: readonly [string, ...string[]];
}

/** One engine with one workload prepared, in a process of its own. */
export interface Contestant {
  /** Runs the workload so many times in a row: milliseconds of each. */
  run(times: number): Promise<number[]>;
  /** The largest resident memory so far in MB; undefined where the system does not tell (it does on Linux). */
  peakMegabytes(): number | undefined;
  leave(): Promise<void>;
}

/**
 * Starts an engine on a workload. The process says `ready`, or `cannot: ` and why; then it answers each line holding a
 * number with as many times in milliseconds, as JSON, and ends with its input. Between lines it is idle.
 */
export async function enter({ name, command }: Engine, workload: string): Promise<Contestant | { cannot: string }> {
  const [file, ...words] = command;
  const child = spawn(file, [...words, workload], { stdio: ['pipe', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    if (!done) return String(value);
    await ended;
    throw new Error(`${name} failed on ${workload}: ${errors.trim().split('\n').slice(-3).join(' | ')}`);
  };

  const first = await next();
  if (first !== 'ready') {
    child.stdin.end();
    await ended;
    return { cannot: first.replace(/^cannot: /, '') };
  }
  return {
    async run(times) {
      child.stdin.write(`${times}\n`);
      return JSON.parse(await next()) as number[];
    },
    peakMegabytes: () => peakMegabytes(child),
    async leave() {
      child.stdin.end();
      await ended;
    },
  };
}

function peakMegabytes({ pid }: ChildProcess): number | undefined {
  try {
    const peak = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return peak === undefined ? undefined : Number(peak) / 1000;
  } catch {
    return undefined;
  }
}
