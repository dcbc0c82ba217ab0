import { taskNamed, tasks } from '@vitrine/models';
import type { z } from 'zod';
import type { compareRuns } from './api.js';
import type { Run } from './store.js';

type Comparison = z.infer<typeof compareRuns.response>;

/** Metrics where less is better, whatever the task. */
const lessIsBetter = /loss|error|ece|nll|brier|rmse|seconds|milliseconds/i;

/** `{ model: { lr: 1 } }` → `model.lr`: 1; arrays stay whole. */
export function flatten(config: unknown, prefix = ''): [string, unknown][] {
  if (typeof config !== 'object' || config === null || Array.isArray(config)) return [[prefix, config]];
  return Object.entries(config).flatMap(([key, value]) => flatten(value, prefix ? `${prefix}.${key}` : key));
}

/** Runs side by side: what their configs say, what they reached, and who reached most. */
export function compare(runs: Run[]): Comparison {
  const configs = runs.map((run) => new Map([...flatten(run.config), ['seed', run.seed], ['data set', run.dataset]]));
  const keys = [...new Set(configs.flatMap((config) => [...config.keys()]))];
  const names = [...new Set(runs.flatMap(({ metrics }) => Object.keys(metrics ?? {})))];
  return {
    runs,
    config: keys.map((key) => {
      const values = configs.map((config) => config.get(key) ?? null);
      return { key, values, differs: new Set(values.map((value) => JSON.stringify(value))).size > 1 };
    }),
    metrics: names.map((name) => {
      const values = runs.map(({ metrics }) => metrics?.[name] ?? null);
      return { name, values, best: bestOf(values, directionOf(name, runs)) };
    }),
  };
}

function directionOf(name: string, runs: Run[]): 'max' | 'min' {
  const primary = runs.find((run) => run.primaryMetric === name && tasks.has(run.task));
  if (primary) return taskNamed(primary.task).metric.direction;
  return lessIsBetter.test(name) ? 'min' : 'max';
}

/** Index of the best value; null when there is no single best. */
function bestOf(values: (number | null)[], direction: 'max' | 'min'): number | null {
  const known = values.filter((value) => value !== null);
  const best = direction === 'max' ? Math.max(...known) : Math.min(...known);
  return known.filter((value) => value === best).length === 1 ? values.indexOf(best) : null;
}
