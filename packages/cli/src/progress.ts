import { SingleBar } from 'cli-progress';
import { duration } from './output.js';

/** What a bar shows: how far, seconds left when known, and a line of text. */
export interface ProgressState {
  fraction: number | null;
  secondsLeft?: number | null;
  message: string;
}

/** A bar on a terminal; elsewhere a line for every tenth. Goes to standard error, so that `--json` stays clean. */
export interface ProgressView {
  update(state: ProgressState): void;
  stop(): void;
}

export function progressView(quiet: boolean): ProgressView {
  if (quiet) return { update: () => undefined, stop: () => undefined };
  return process.stderr.isTTY ? terminalBar() : plainLines();
}

function terminalBar(): ProgressView {
  const bar = new SingleBar({
    format: ' {bar} {percentage} % · {left}{message}',
    stream: process.stderr,
    hideCursor: true,
    clearOnComplete: false,
  });
  bar.start(100, 0, { message: '', left: '' });
  return {
    update({ fraction, secondsLeft, message }) {
      const left = secondsLeft ? `${duration(secondsLeft)} left · ` : '';
      bar.update(Math.round((fraction ?? 0) * 100), { message, left });
    },
    stop: () => bar.stop(),
  };
}

function plainLines(): ProgressView {
  let last = '';
  return {
    update({ fraction, secondsLeft, message }) {
      const tenth = `${Math.floor((fraction ?? 0) * 10) * 10} %`;
      const line = `${tenth} ${message.replace(/\d.*/, '')}`;
      if (line === last) return;
      last = line;
      const left = secondsLeft ? ` (${duration(secondsLeft)} left)` : '';
      process.stderr.write(`${tenth} ${message}${left}\n`);
    },
    stop: () => undefined,
  };
}
