import { insist } from '../errors.js';

/** Throws `graph` unless each of the numbers is at least 0 and below `limit`. */
export function requireBelow(limit: number, numbers: Readonly<Record<string, number>>): void {
  const range = limit === Number.POSITIVE_INFINITY ? 'finite and not negative' : `from 0 to below ${limit}`;
  for (const [name, value] of Object.entries(numbers)) {
    insist(value >= 0 && value < limit, 'graph', `${name} must be ${range}, not ${value}.`);
  }
}
