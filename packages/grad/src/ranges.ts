import { type GradErrorCode, insist } from './errors.js';

/** Throws `graph` unless each of the numbers, by name, is at least 0 and below `limit`. */
export function requireBelow(limit: number, numbers: Readonly<Record<string, number>>): void {
  const range = limit === Number.POSITIVE_INFINITY ? 'finite and not negative' : `from 0 to below ${limit}`;
  for (const [name, value] of Object.entries(numbers)) {
    insist(value >= 0 && value < limit, 'graph', `${name} must be ${range}, not ${value}.`);
  }
}

/** Throws `code` unless each of the numbers, by name, is a whole number of 1 or more. */
export function requireCounts(code: GradErrorCode, numbers: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(numbers)) {
    insist(Number.isInteger(value) && value >= 1, code, `${name} must be 1 or more, not ${value}.`);
  }
}
