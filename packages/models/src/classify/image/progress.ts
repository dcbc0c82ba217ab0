import type { Reporter } from '../../trainer/events.js';

const EVERY_MS = 500;

/** Reports how far a training is and, from its own pace since it (re)started, the seconds left; twice a second at most. */
export function trainingProgress(reporter: Reporter, totalSteps: number): (stepsDone: number) => void {
  const started = performance.now();
  let first: number | undefined;
  let reported = Number.NEGATIVE_INFINITY;
  return (stepsDone) => {
    first ??= stepsDone - 1;
    const now = performance.now();
    if (now - reported < EVERY_MS && stepsDone < totalSteps) return;
    reported = now;
    const perStep = (now - started) / (stepsDone - first);
    reporter.progress(stepsDone / totalSteps, ((totalSteps - stepsDone) * perStep) / 1000);
  };
}
