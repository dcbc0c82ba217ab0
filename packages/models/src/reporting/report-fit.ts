import type { FitEvent, Pace } from '@vitrine/grad';
import type { Reporter } from './events.js';

const METRICS_EVERY = 20;

export interface FitNames {
  /** What an example is called: `pictures`. */
  readonly examples: string;
  /** Of the whole training, to say where it goes on. */
  readonly epochs: number;
}

/** Passes on what a training loop says: loss and pace as series, progress, and what was left out or resumed. */
export function reportFit(reporter: Reporter, { examples, epochs }: FitNames): (event: FitEvent) => void {
  return (event) => {
    switch (event.type) {
      case 'resumed':
        return reporter.log('info', `Going on after epoch ${round(event.epoch)} of ${epochs}.`);
      case 'step':
        if (event.step % METRICS_EVERY === 0) {
          reporter.metrics(event.step, event.epoch, { loss: event.loss, lr: event.lr });
        }
        return;
      case 'pace':
        return reporter.progress(event.fraction, event.secondsLeft);
      case 'failed':
        return reporter.log('warn', `One of the ${examples} is left out: ${event.example.reason}`);
      case 'skipped':
        return reporter.log('warn', `Step ${event.step} is left out: ${event.reason}`);
      case 'epoch':
        reporter.metrics(event.step, event.epoch, { 'train.loss': event.loss, ...paceMetrics(event.pace) });
        if (Number.isFinite(event.value)) reporter.checkpoint(event.epoch, event.value);
    }
  };
}

function paceMetrics({ examplesPerSecond, dataWait, memory }: Pace): Record<string, number> {
  return { examplesPerSecond, dataWait, memoryMB: memory / 2 ** 20 };
}

function round(epoch: number): string {
  return epoch.toFixed(2).replace(/\.?0+$/, '');
}
