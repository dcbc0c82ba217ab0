import { z } from 'zod';
import { engineSchema } from '../engine.js';
import type { TrainingEvent } from '../reporting/events.js';
import type { ArtifactSummary } from '../task.js';

/** What the parent sends first: `{ order }`. `{ type: 'cancel' }` may follow. */
export const trainerOrderSchema = z.object({
  task: z.string(),
  snapshotDir: z.string(),
  config: z.unknown(),
  workDir: z.string(),
  artifactDir: z.string(),
  seed: z.number().int(),
  engine: engineSchema,
});
export type TrainerOrder = z.infer<typeof trainerOrderSchema>;

/** What the trainer process answers. */
export type TrainerMessage =
  | { type: 'event'; event: TrainingEvent }
  | { type: 'done'; summary: ArtifactSummary }
  | { type: 'failed'; code: string; message: string; stack?: string };
