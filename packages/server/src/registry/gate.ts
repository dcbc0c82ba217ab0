import { type Task, VitrineError } from '@vitrine/models';

/** Percent with one decimal for fractions, three decimals for others. */
const shown = (value: number) => (value >= 0 && value <= 1 ? `${(value * 100).toFixed(1)} %` : value.toFixed(3));

/** Whether both values were measured on one test split, or each on its model's own. */
export type GateBasis = 'same' | 'own';

const bases: Record<GateBasis, string> = { same: 'on the same test split', own: 'each on its own test split' };

/**
 * The promotion gate: a candidate must not do worse than the model in production.
 * @throws VitrineError `model.gate` (409) with both values.
 */
export function checkGate(
  task: Task,
  values: { candidate: number | undefined; production: number | undefined },
  basis: GateBasis,
): void {
  const { name, direction } = task.metric;
  const { candidate, production } = values;
  if (candidate === undefined || production === undefined)
    throw new VitrineError(
      'model.gate',
      `The ${name} of the two models on one test split isn’t known, so they can’t be compared. Promote with force to do so all the same.`,
      409,
      { metric: name, ...values },
    );
  const worse = direction === 'max' ? candidate < production : candidate > production;
  if (worse)
    throw new VitrineError(
      'model.gate',
      `This version does worse than the one in production: ${name} ${shown(candidate)} against ${shown(production)}, ${bases[basis]}. Promote with force to do so all the same.`,
      409,
      { metric: name, candidate, production, basis },
    );
}
