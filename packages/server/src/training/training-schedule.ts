import { z } from 'zod';
import type { Snapshots } from '../datasets/snapshots.js';
import type { ScheduledKind } from '../schedules/schedules.js';
import { seedSchema } from './config.js';
import type { Training } from './training.js';

const target = z.object({
  task: z.string(),
  dataset: z.string(),
  config: z.record(z.string(), z.unknown()).default({}),
  seed: seedSchema.optional(),
  promote: z.boolean().default(false),
});

/** Trainings by the clock: each time a run on the newest snapshot of the data set. */
export function trainingSchedule(
  training: Pick<Training, 'check' | 'start'>,
  snapshots: Pick<Snapshots, 'latest'>,
): ScheduledKind<z.infer<typeof target>> {
  return {
    kind: 'train',
    target,
    async check(order) {
      await training.check(order);
      await snapshots.latest(order.dataset);
    },
    start: (order) => training.start(order, null),
  };
}
