import type { Engine } from '../../engine.js';
import type { TrainingContext } from '../../task.js';
import type { Scores } from '../blend.js';
import type { TextConfig } from './config.js';
import type { CleanListing } from './encoding/ngrams.js';

/** What a text architecture learns from. */
export interface TextFit {
  readonly listings: readonly CleanListing[];
  /** Class of each listing. */
  readonly labels: Int32Array;
  /** Class codes in the order of the labels. */
  readonly classes: readonly string[];
  /** Listings to learn from. */
  readonly training: Int32Array;
  /** Listings that choose the number of epochs; never trained on. Empty when `epochs` settles it. */
  readonly validation: Int32Array;
  /** Train exactly this long. */
  readonly epochs?: number;
  readonly config: TextConfig;
  readonly context: Pick<TrainingContext, 'reporter' | 'seed' | 'signal' | 'engine'>;
  /** Whatever an interrupted attempt left here is used; the result is the same. */
  readonly workDir: string;
  /** Where the model's files go. */
  readonly outputDir: string;
  /** Called with the fraction done. */
  readonly onProgress: (fraction: number) => void;
}

/** Experts whose weighted scores make the logits of a text model. */
export interface TextExperts {
  /** One [listings × classes] array per expert. */
  score(listings: readonly CleanListing[]): Promise<Scores[]>;
  close(): Promise<void>;
}

export interface TextArchitecture {
  /** Trains, writes `files` and tells after how many epochs the model was best. */
  fit(job: TextFit): Promise<{ epochs: number }>;
  /** Opens what `fit` wrote. Throws when a file is missing or damaged. */
  open(directory: string, classes: number, engine: Partial<Engine>): Promise<TextExperts>;
  /** Names of the experts, in order of their scores. */
  readonly experts: readonly string[];
  /** Files of a model in its directory. */
  readonly files: readonly string[];
}
