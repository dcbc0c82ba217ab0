import type { Reporter } from '../reporting/events.js';

export interface Part {
  /** Fractions of the whole training at which the part begins and ends. */
  readonly from: number;
  readonly to: number;
  /** Goes before the names of the part's metrics and figures. */
  readonly prefix?: string;
}

/** The reporter for one part of a training: its progress becomes part of the whole's. */
export function partReporter(reporter: Reporter, { from, to, prefix = '' }: Part): Reporter {
  const started = performance.now();
  return {
    ...reporter,
    progress(fraction, _secondsLeft, message) {
      const seconds = (performance.now() - started) / 1000;
      // The pace of this part so far, carried on to the end of the whole.
      const left =
        fraction > 0.02 ? (seconds / (fraction * (to - from))) * (1 - from - fraction * (to - from)) : undefined;
      reporter.progress(from + fraction * (to - from), left, message);
    },
    metrics: (step, epoch, values) =>
      reporter.metrics(
        step,
        epoch,
        Object.fromEntries(Object.entries(values).map(([name, value]) => [prefix + name, value])),
      ),
    figure: (name, epoch, data) => reporter.figure(prefix + name, epoch, data),
  };
}
