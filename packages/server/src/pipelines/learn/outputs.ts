import { z } from 'zod';
import type { Report } from '../../collect/report.js';
import type { Comparison } from '../../registry/gate.js';
import type { StepDefinition } from '../definition.js';

/** What is to be learnt, from what. */
export const learnInput = z.strictObject({
  task: z.string().min(1).max(40),
  /** A site that is collected first. */
  site: z.string().min(1).max(40).optional(),
  /** A data set to learn from; left out: one is made of the catalogue. */
  dataset: z.string().min(1).max(100).optional(),
  config: z.record(z.string(), z.unknown()).default({}),
  seed: z
    .int()
    .min(0)
    .max(2 ** 31 - 1)
    .optional(),
  /** Whether a model that wins goes into production. */
  promote: z.boolean().default(true),
});
export type LearnInput = z.infer<typeof learnInput>;

/** What each step leaves to those after it. */
export interface LearnOutputs {
  collect: Pick<Report, 'pages' | 'failed' | 'products' | 'new' | 'changed' | 'gone'>;
  snapshot: { dataset: string; rows: number };
  check: { rows: number; problems: { code: string; count: number }[] };
  train: { runId: string; modelId: string };
  evaluate: Comparison;
  gate: { passed: boolean; reason: string };
  promote: { modelId: string; version: number };
  index: { embedded: number; failed: number };
}
export type LearnStep<Name extends keyof LearnOutputs> = StepDefinition<LearnInput, LearnOutputs, Name>;

/** The data set that the catalogue becomes where none is named. */
export const CATALOGUE_DATASET = 'catalogue';
export const datasetOf = ({ dataset = CATALOGUE_DATASET }: LearnInput) => dataset;

/** With a full stop, where a reason has none of its own. */
export const asSentence = (text: string) => (text.endsWith('.') ? text : `${text}.`);

/** What a step left that this one needs; the graph sees to it that it is there. */
export function outputOf<Name extends keyof LearnOutputs>(
  outputs: Partial<LearnOutputs>,
  name: Name,
): LearnOutputs[Name] {
  const output = outputs[name];
  if (output === undefined) throw new Error(`The step ${name} has left nothing.`);
  return output as LearnOutputs[Name];
}
