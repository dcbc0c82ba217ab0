import type { Engine, PredictionResult, PredictOptions } from '@vitrine/models';

/** What a predictor's worker is started with (`workerData`). */
export interface HostedModel {
  task: string;
  /** The artifact's directory. */
  directory: string;
  engine: Partial<Engine>;
  /** Work that waits for whatever else the machine has to do. */
  background?: boolean;
}

export type HostRequest =
  | { type: 'predict'; id: number; inputs: unknown[]; options: PredictOptions }
  | { type: 'close' };

export type HostAnswer =
  | { type: 'ready' }
  /** The artifact can't be opened; the worker ends. */
  | { type: 'failed'; code: string; message: string; status: number }
  | { type: 'results'; id: number; results: PredictionResult<unknown>[] }
  /** The whole batch failed; the worker lives on. */
  | { type: 'error'; id: number; code: string; message: string; status: number };
