import { GradError } from '../errors.js';
import type { Tensor } from './tensor.js';

/** Operators that make float32 of another type, or choose it by one. */
const OF_ANY_TYPE = new Set(['Cast', 'ConstantOfShape', 'Gather', 'Where']);

/**
 * Throws `dtype` where an operator that computes float32 is given another type, which the runtime would say later and
 * of the model as a whole. An int64 after the first input is no operand but sizes, axes or places.
 */
export function requireFloats(operator: string, inputs: readonly (Tensor | undefined)[]): void {
  if (OF_ANY_TYPE.has(operator)) return;
  const wrong = inputs.find((input, i) => input && input.dtype !== 'float32' && (i === 0 || input.dtype !== 'int64'));
  if (wrong) {
    const { name, dtype } = wrong;
    throw new GradError('dtype', `'${name}' is ${dtype} where ${operator} computes float32; cast it to float32 first.`);
  }
}
