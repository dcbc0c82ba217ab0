import type { z } from 'zod';
import type { Engine } from './engine.js';
import type { Reporter } from './reporting/events.js';
import type { Snapshot } from './snapshot/snapshot.js';

export type TaskName = 'classify' | 'similar' | 'look' | 'recommend';

/** Metric values by name (`accuracy`, `macroF1`, `ece`, …). Fractions lie in [0, 1]; losses are in nats. */
export type Metrics = Record<string, number>;

/** What a training receives besides its examples. */
export interface TrainingContext {
  /** Progress, metrics and figures go here; the platform stores and streams them. */
  reporter: Reporter;
  /**
   * A directory of this run alone that survives a kill. Whatever `train` finds there from an interrupted attempt with the
   * same snapshot and config it resumes from; it writes checkpoints there atomically (temporary file, then rename).
   * They may be shared with other machines, but for files ending in `.bin`: keep there what another attempt makes again.
   */
  workDir: string;
  /** Where the finished artifact goes: an empty directory, moved to its final place by the caller only after success. */
  artifactDir: string;
  /** Every random choice derives from it. */
  seed: number;
  /** Aborted when a person cancels: stop at the next step and throw `signal.reason`. */
  signal: AbortSignal;
  /** What the numerical engine runs on. */
  engine: Partial<Engine>;
}

/** A trained model, ready to answer. Not bound to a thread: the server hosts it in a worker. */
export interface Predictor<Input, Output> {
  /** Answers in the order of the inputs. One bad input (a broken image, no text) yields its own error, not the batch's. */
  predict(inputs: Input[], options?: PredictOptions): Promise<PredictionResult<Output>[]>;
  close(): Promise<void>;
}

export interface PredictOptions {
  /** How many ranked answers, best first. */
  top?: number;
  /** Also say what decided (words, image regions). */
  explain?: boolean;
}

export type PredictionResult<Output> =
  | { ok: true; output: Output }
  | { ok: false; error: { code: string; message: string } };

/** What a finished artifact says of itself; stored with the model version. */
export interface ArtifactSummary {
  task: TaskName;
  /** One line for people: "text: n-gram bag, 27 types". */
  description: string;
  /** Measured on the test split, by a model that had not seen it. */
  metrics: Metrics;
  /** Where in the metrics the task's primary metric stands. */
  primaryMetric: string;
  /**
   * Snapshot hash and the splits the final weights have seen (a final fit may include validation and test rows); no
   * snapshot where the model was trained elsewhere.
   */
  trainedOn: { snapshot: string | null; splits: ('train' | 'validation' | 'test')[] };
  /** Files of the artifact with their SHA-256, so that a cut file is refused. */
  files: { path: string; sha256: string; bytes: number }[];
}

/**
 * The one contract that makes the loop general: snapshots, runs, registry, promotion gates, serving, prediction logs and
 * monitoring are written once over it. A further task is a folder in this package, nothing else.
 */
export interface Task<Config = unknown, Input = unknown, Output = unknown> {
  name: TaskName;
  title: string;
  /** Strict: parsing a config with an unknown key throws a `ConfigError` that names the key and the nearest known one. */
  configSchema: z.ZodType<Config>;
  /** Settings that name a file on the training's machine: the platform decides which files a caller may name. */
  configFiles?: readonly string[];
  inputSchema: z.ZodType<Input>;
  outputSchema: z.ZodType<Output>;
  metric: { name: string; direction: 'max' | 'min' };
  /** Why a model with these metrics is of no use in production, in a sentence; undefined where it may be. */
  objection?(metrics: Metrics): string | undefined;
  /** Checks that the snapshot can be learnt from (two classes, labels present, …); throws `DataError` with what to do. */
  prepare(snapshot: Snapshot, config: Config): Promise<void>;
  /** Learns, evaluates on the test split, writes the artifact directory (its `model.json` holds the summary). */
  train(snapshot: Snapshot, config: Config, context: TrainingContext): Promise<ArtifactSummary>;
  /** Metrics of an opened predictor on the rows of a snapshot (default: its test split), with a figure per kind. */
  evaluate(
    predictor: Predictor<Input, Output>,
    snapshot: Snapshot,
    options?: {
      split?: 'train' | 'validation' | 'test' | 'all';
      signal?: AbortSignal;
      onProgress?(done: number, total: number): void;
    },
  ): Promise<{ metrics: Metrics; figures: Record<string, unknown> }>;
  /** Opens an artifact directory; throws `ArtifactError` when a file is missing, cut short or of another version. */
  open(artifactDir: string, engine?: Partial<Engine>): Promise<Predictor<Input, Output>>;
}
