import { fork } from 'node:child_process';
import type { Outcome, Trial } from './try-provider-program.js';

/** Has the program of a file try a provider in a process of its own: a driver may end or hang the one that asks it. */
export function tryApart(program: URL, trial: Trial, patienceMs: number): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = fork(program, { stdio: ['ignore', 'ignore', 'ignore', 'ipc'], execArgv: [] });
    const timer = setTimeout(() => {
      resolve({ reason: `nothing came of it in ${patienceMs / 1000} seconds.` });
      child.kill('SIGKILL');
    }, patienceMs);
    child.once('message', (outcome: Outcome) => resolve(outcome));
    child.once('error', (error) => resolve({ reason: error.message }));
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      resolve({ reason: `it ended the process that tried it (${signal ?? code}).` });
    });
    child.send(trial, () => undefined);
  });
}
