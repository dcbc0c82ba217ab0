import type { RowMemory } from './row-kernels.js';

/** Whether `length` numbers from a byte address are all finite. The sum of their squares says so, unless it overflows. */
export function areFinite(memory: RowMemory, address: number, length: number): boolean {
  return (
    Number.isFinite(memory.squareSum(address, length)) ||
    memory.floats(address, length).every((x) => Number.isFinite(x))
  );
}
