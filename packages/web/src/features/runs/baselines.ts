import type { MetricRow } from './metric-table';

/** What needs no training of the network, measured as the model was; of two names that fit, the longer stands first. */
const titles = {
  pixels: 'Pixels, their principal components',
  untrainedPooled: 'The network untrained, averaged over the photo',
  untrainedTitled: 'The same network untrained, read out with titles',
  untrained: 'The same network untrained, read out without titles',
};
const named = new RegExp(`^(${Object.keys(titles).join('|')})([A-Z].*)$`);

/** Metrics whose name begins with a baseline's (`pixelsPrecisionAt10`) taken apart from the model's own. */
export function apartFromBaselines(metrics: Record<string, number>) {
  const own: Record<string, number> = {};
  const found = new Map<keyof typeof titles, Record<string, number>>();
  for (const [name, value] of Object.entries(metrics)) {
    const [, baseline, measure] = (named.exec(name) ?? []) as [string?, (keyof typeof titles)?, string?];
    if (baseline === undefined || measure === undefined) own[name] = value;
    else found.set(baseline, { ...found.get(baseline), [measure.charAt(0).toLowerCase() + measure.slice(1)]: value });
  }
  const baselines = [...found].map(([name, values]): MetricRow => ({ name, title: titles[name], metrics: values }));
  return { own, baselines };
}
