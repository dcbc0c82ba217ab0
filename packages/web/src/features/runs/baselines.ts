import type { MetricRow } from './metric-table';

/** What needs no learning, measured as the model was: it has to do better. */
const titles: Record<string, string> = {
  pixels: 'Pixels, their principal components',
  untrained: 'The same network, untrained',
};

/** Metrics whose name begins with a baseline's (`pixelsPrecisionAt10`) taken apart from the model's own. */
export function apartFromBaselines(metrics: Record<string, number>) {
  const own: Record<string, number> = {};
  const found = new Map<string, Record<string, number>>();
  for (const [name, value] of Object.entries(metrics)) {
    const [, baseline, measure] = /^([a-z]+)([A-Z].*)$/.exec(name) ?? [];
    if (baseline === undefined || measure === undefined || !(baseline in titles)) own[name] = value;
    else found.set(baseline, { ...found.get(baseline), [measure.charAt(0).toLowerCase() + measure.slice(1)]: value });
  }
  const baselines = [...found].map(
    ([name, values]): MetricRow => ({ name, title: titles[name] ?? name, metrics: values }),
  );
  return { own, baselines };
}
