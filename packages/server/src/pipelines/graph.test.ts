import { describe, expect, it } from 'vitest';
import { checkGraph, dependants, startable, stateOf } from './graph.js';
import type { StepState } from './tables.js';

const needs: Record<string, string[]> = { a: [], b: ['a'], c: ['a'], d: ['b', 'c'] };
/** A diamond: b and c need a, d needs both. */
const steps = (...states: StepState[]) =>
  Object.entries(needs).map(([name, needed], at) => ({ name, needs: needed, state: states[at] ?? 'waiting' }));
const names = (found: readonly { name: string }[]) => found.map(({ name }) => name);

describe('a graph of steps', () => {
  it('starts what waits for nothing, and after a step all that needed it alone', () => {
    expect(names(startable(steps()))).toEqual(['a']);
    expect(names(startable(steps('succeeded')))).toEqual(['b', 'c']);
    expect(names(startable(steps('succeeded', 'succeeded', 'running')))).toEqual([]);
    expect(names(startable(steps('skipped', 'succeeded', 'skipped')))).toEqual(['d']);
  });

  it('goes on beside a step that failed, and has failed when nothing is left', () => {
    expect(stateOf(steps('succeeded', 'failed', 'running'))).toBe('running');
    expect(stateOf(steps('succeeded', 'failed'))).toBe('running');
    expect(stateOf(steps('succeeded', 'failed', 'succeeded'))).toBe('failed');
    expect(stateOf(steps('succeeded', 'cancelled', 'succeeded'))).toBe('cancelled');
    expect(stateOf(steps('succeeded', 'skipped', 'succeeded', 'skipped'))).toBe('succeeded');
  });

  it('knows what depends on a step', () => {
    expect([...dependants(steps(), 'a')].sort()).toEqual(['b', 'c', 'd']);
    expect([...dependants(steps(), 'c')]).toEqual(['d']);
  });

  it('refuses circles, missing steps and two of one name', () => {
    const step = (name: string, ...needed: string[]) => ({ name, needs: needed });
    expect(() => checkGraph([step('a', 'b'), step('b', 'a')])).toThrow('needs itself');
    expect(() => checkGraph([step('a', 'x')])).toThrow('needs x');
    expect(() => checkGraph([step('a'), step('a')])).toThrow('one name');
  });
});
