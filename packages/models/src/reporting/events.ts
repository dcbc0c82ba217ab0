import { z } from 'zod';

/** What a training tells the platform while it runs: stored with the run and streamed to its page. */
export const trainingEventSchema = z.discriminatedUnion('type', [
  /** A new phase began: `prepare`, `train`, `calibrate`, `evaluate`, `refit`, `export`. */
  z.object({ type: z.literal('phase'), phase: z.string(), message: z.string().optional() }),
  /** How far the whole training is: `fraction` in [0, 1], with seconds left when they can be estimated. */
  z.object({
    type: z.literal('progress'),
    fraction: z.number().min(0).max(1),
    secondsLeft: z.number().optional(),
    message: z.string().optional(),
  }),
  /** Points of series: `loss`, `lr`, `validation.accuracy`, … at a step (optimizer updates so far) and epoch (1-based, may be fractional). */
  z.object({
    type: z.literal('metrics'),
    step: z.number(),
    epoch: z.number(),
    values: z.record(z.string(), z.number()),
  }),
  /** `confusion`: { classes: string[], matrix: number[][] (rows true, columns predicted) } of the validation split after an epoch. */
  z.object({ type: z.literal('figure'), name: z.string(), epoch: z.number(), data: z.unknown() }),
  z.object({ type: z.literal('log'), level: z.enum(['info', 'warn']), message: z.string() }),
  z.object({ type: z.literal('checkpoint'), epoch: z.number(), value: z.number() }),
]);
export type TrainingEvent = z.infer<typeof trainingEventSchema>;

/** The training's only way to speak. Calls return at once and never throw. */
export interface Reporter {
  phase(phase: string, message?: string): void;
  progress(fraction: number, secondsLeft?: number, message?: string): void;
  metrics(step: number, epoch: number, values: Record<string, number>): void;
  figure(name: string, epoch: number, data: unknown): void;
  log(level: 'info' | 'warn', message: string): void;
  checkpoint(epoch: number, value: number): void;
}

/** A reporter that hands each event to one function. */
export function reporterOf(send: (event: TrainingEvent) => void): Reporter {
  return {
    phase: (phase, message) => send({ type: 'phase', phase, ...(message === undefined ? {} : { message }) }),
    progress: (fraction, secondsLeft, message) =>
      send({
        type: 'progress',
        fraction: Math.min(1, Math.max(0, fraction)),
        ...(secondsLeft === undefined ? {} : { secondsLeft }),
        ...(message === undefined ? {} : { message }),
      }),
    metrics: (step, epoch, values) => send({ type: 'metrics', step, epoch, values }),
    figure: (name, epoch, data) => send({ type: 'figure', name, epoch, data }),
    log: (level, message) => send({ type: 'log', level, message }),
    checkpoint: (epoch, value) => send({ type: 'checkpoint', epoch, value }),
  };
}
