import type { PipelineState, StepRow } from './tables.js';

type Node = Pick<StepRow, 'name' | 'needs' | 'state'>;

const isDone = ({ state }: Node) => state === 'succeeded' || state === 'skipped';

/** Steps that wait for nothing but their turn. */
export function startable<Step extends Node>(steps: readonly Step[]): Step[] {
  const done = new Set(steps.filter(isDone).map(({ name }) => name));
  return steps.filter(({ state, needs }) => state === 'waiting' && needs.every((name) => done.has(name)));
}

/** How a pipeline stands: what can still go on goes on, also beside a step that failed. */
export function stateOf(steps: readonly Node[]): PipelineState {
  const isOpen = steps.some(({ state }) => state === 'queued' || state === 'running');
  if (isOpen || startable(steps).length > 0) return 'running';
  if (steps.some(({ state }) => state === 'failed')) return 'failed';
  return steps.every(isDone) ? 'succeeded' : 'cancelled';
}

/** Names of the steps that need a step, directly or through others. */
export function dependants(steps: readonly Pick<Node, 'name' | 'needs'>[], name: string): Set<string> {
  const found = new Set<string>();
  const follow = (one: string) => {
    for (const step of steps)
      if (step.needs.includes(one) && !found.has(step.name)) {
        found.add(step.name);
        follow(step.name);
      }
  };
  follow(name);
  return found;
}

/** @throws Error where a step needs one that is not there, or itself */
export function checkGraph(steps: readonly Pick<Node, 'name' | 'needs'>[]): void {
  const names = new Set(steps.map(({ name }) => name));
  if (names.size < steps.length) throw new Error('Two steps of a pipeline have one name.');
  for (const { name, needs } of steps) {
    const missing = needs.find((need) => !names.has(need));
    if (missing !== undefined) throw new Error(`The step ${name} needs ${missing}, which is not there.`);
    if (dependants(steps, name).has(name)) throw new Error(`The step ${name} needs itself.`);
  }
}
