export { artifactSummarySchema, checkFiles } from './artifact.js';
export { chooseEngine, type Engine, type EngineChoice, type EngineSettings } from './engine.js';
export * from './errors.js';
export { checkSnapshot, type QualityReport } from './quality/check.js';
export * from './reporting/events.js';
export { type ImportedEncoder, importEncoder } from './similar/imported/import-encoder.js';
export { openSimilar } from './similar/predictor.js';
export { contentHash } from './snapshot/content-hash.js';
export type { Example, Picture, ReadRow, Rejection, ReportLine } from './snapshot/example.js';
export { imageFile } from './snapshot/image-file.js';
export * from './snapshot/manifest.js';
export { openSnapshot, readManifest, type Snapshot, verifySnapshot } from './snapshot/snapshot.js';
export {
  type Category,
  type SnapshotOptions,
  type SnapshotProgress,
  type WrittenSnapshot,
  writeSnapshot,
} from './snapshot/writer.js';
export * from './task.js';
export { taskNamed, tasks } from './tasks.js';
export type { TrainerMessage, TrainerOrder } from './trainer/protocol.js';

/** The file to fork as the trainer process. */
export const trainerModule: URL = new URL('./trainer/main.js', import.meta.url);
