export * from './errors.js';
export * from './snapshot/manifest.js';
export { openSnapshot, type Snapshot } from './snapshot/snapshot.js';
export * from './task.js';
export { taskNamed, tasks } from './tasks.js';
export * from './trainer/events.js';
export type { TrainerMessage, TrainerOrder } from './trainer/protocol.js';

/** The file to fork as the trainer process. */
export const trainerModule: URL = new URL('./trainer/main.js', import.meta.url);
