import { type Task, VitrineError } from '@vitrine/models';

/** Percent with one decimal for fractions, three decimals for others. */
const shown = (value: number) => (value >= 0 && value <= 1 ? `${(value * 100).toFixed(1)} %` : value.toFixed(3));

/** Whether both values were measured on one test split, or each on its model's own. */
export type GateBasis = 'same' | 'own';

const bases: Record<GateBasis, string> = { same: 'on the same test split', own: 'each on its own test split' };

/** A candidate beside the model in production, by the task's primary metric. */
export interface Comparison {
  metric: string;
  /** Null where it isn't known. */
  candidate: number | null;
  production: number | null;
  basis: GateBasis;
  /** The version in production; null: none is, and nothing can be lost. */
  productionId: string | null;
  /** Why the candidate's task takes it for useless, by its metrics alone. */
  objection?: string;
}

/** Both values in words: `accuracy 91.0 % against 90.2 %, on the same test split`. */
export function comparisonText({ metric, candidate, production, basis, productionId }: Comparison): string {
  const text = (value: number | null) => (value === null ? 'unknown' : shown(value));
  if (productionId === null) return `${metric} ${text(candidate)}; no version is in production`;
  return `${metric} ${text(candidate)} against ${text(production)}, ${bases[basis]}`;
}

const BY_FORCE = 'Promote with force to do so all the same.';

/**
 * The promotion gate: a candidate must be of use by what its task says of its metrics, the first one too, and must not do
 * worse than the model in production. @returns why it is refused, if it is
 */
export function gateRefusal(task: Task, comparison: Comparison): VitrineError | undefined {
  const { metric, candidate, production, productionId, objection } = comparison;
  if (objection !== undefined) return new VitrineError('model.gate', `${objection} ${BY_FORCE}`, 409, comparison);
  if (productionId === null) return undefined;
  if (candidate === null || production === null)
    return new VitrineError(
      'model.gate',
      `The ${metric} of the two models on one test split isn’t known, so they can’t be compared. ${BY_FORCE}`,
      409,
      comparison,
    );
  const worse = task.metric.direction === 'max' ? candidate < production : candidate > production;
  if (!worse) return undefined;
  return new VitrineError(
    'model.gate',
    `This version does worse than the one in production: ${comparisonText(comparison)}. ${BY_FORCE}`,
    409,
    comparison,
  );
}
