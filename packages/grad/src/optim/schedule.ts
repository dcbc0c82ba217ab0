/** A learning rate by step; steps count from 0. */
export type Schedule = (step: number) => number;

/** The same rate at every step. */
export function constant(lr: number): Schedule {
  return () => lr;
}

/** Half a cosine from `lr` down to `floor` over `steps` (Loshchilov & Hutter 2017, without restarts). */
export function cosine(lr: number, steps: number, floor = 0): Schedule {
  return (step) => floor + (lr - floor) * 0.5 * (1 + Math.cos(Math.PI * fraction(step, steps)));
}

/** Multiplies by `factor` after every `every` steps. */
export function stepDecay(lr: number, every: number, factor = 0.1): Schedule {
  return (step) => lr * factor ** Math.floor(step / every);
}

/** Rises linearly over the first `steps`, then follows `then`, which starts counting after them. */
export function warmUp(steps: number, then: Schedule): Schedule {
  return (step) => (step < steps ? (then(0) * (step + 1)) / steps : then(step - steps));
}

export interface OneCycleOptions {
  /** Share of the steps spent rising. Default 0.3. */
  readonly rising?: number;
  /** The peak over the first rate. Default 25. */
  readonly startDivisor?: number;
  /** The first rate over the last. Default 1e4. */
  readonly endDivisor?: number;
}

/** One cosine rise to `peak` and one cosine fall (Smith & Topin 2019), as PyTorch's `OneCycleLR`. */
export function oneCycle(peak: number, steps: number, options: OneCycleOptions = {}): Schedule {
  const { rising = 0.3, startDivisor = 25, endDivisor = 1e4 } = options;
  const start = peak / startDivisor;
  const end = start / endDivisor;
  // The peak may lie between two steps, or before the first.
  const top = rising * steps - 1;
  const last = steps - 1;
  return (step) => (step <= top ? cosine(start, top, peak)(step) : cosine(peak, last - top, end)(step - top));
}

function fraction(step: number, steps: number): number {
  return steps <= 0 ? 1 : Math.min(Math.max(step / steps, 0), 1);
}
