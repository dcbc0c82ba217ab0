const percentFormat = new Intl.NumberFormat('en', {
  style: 'percent',
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
});
const integerFormat = new Intl.NumberFormat('en');
const dateFormat = new Intl.DateTimeFormat('en', { dateStyle: 'medium' });
const dateTimeFormat = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' });
const relativeFormat = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

export const percent = (fraction: number) => percentFormat.format(fraction);
export const integer = (count: number) => integerFormat.format(count);
/** `1 product`, `2,000 products`. */
export const counted = (count: number, thing: string) => `${integer(count)} ${thing}${count === 1 ? '' : 's'}`;
export const date = (iso: string) => dateFormat.format(new Date(iso));
export const dateTime = (iso: string) => dateTimeFormat.format(new Date(iso));

export function money(amount: number, currency: string | null): string {
  try {
    return new Intl.NumberFormat('en', { style: 'currency', currency: currency ?? 'EUR' }).format(amount);
  } catch {
    return `${amount.toFixed(2)} ${currency ?? ''}`.trim();
  }
}

/** `3 minutes ago`, `yesterday`, … */
export function ago(iso: string, now = Date.now()): string {
  const seconds = (new Date(iso).getTime() - now) / 1000;
  const units = [
    ['year', 31_536_000],
    ['month', 2_592_000],
    ['day', 86_400],
    ['hour', 3600],
    ['minute', 60],
  ] as const;
  for (const [unit, size] of units) {
    if (Math.abs(seconds) >= size) return relativeFormat.format(Math.round(seconds / size), unit);
  }
  return 'just now';
}

/** `48 s`, `3 min 20 s`, `2 h 5 min`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min${whole % 60 ? ` ${whole % 60} s` : ''}`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** `1.4 MB`. */
export function bytes(count: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = count;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/** Metrics that are shares of a whole are shown in per cent, losses and counts as they are. */
const rate = /accuracy|f1|precision|recall|top\d|ece|hit|ndcg|iou|dataWait/i;
export function metric(name: string, value: number): string {
  return rate.test(name) ? percent(value) : String(Number(value.toPrecision(4)));
}

/** The order people read metrics in; what is not named follows. */
const metricOrder = [
  'precisionAt10',
  'knnAccuracy',
  'probeAccuracy',
  'accuracy',
  'macroF1',
  'weightedF1',
  'top3',
  'top5',
  'ece',
  'eceByChance',
  'nll',
  'brier',
];

/** Metrics worth a headline, the primary one first. Counts of examples are no result; dotted names belong to a part of the model. */
export function metricNames(metrics: Record<string, number>, primary: string): string[] {
  const rank = (name: string) =>
    name === primary ? -1 : metricOrder.includes(name) ? metricOrder.indexOf(name) : metricOrder.length;
  return Object.keys(metrics)
    .filter((name) => name !== 'examples' && !name.includes('.'))
    .sort((a, b) => rank(a) - rank(b));
}

/** The parts of a model that were measured by themselves (`text.accuracy` → `text`), with their metrics. */
export function metricParts(metrics: Record<string, number>): [part: string, metrics: Record<string, number>][] {
  const parts = new Map<string, Record<string, number>>();
  for (const [name, value] of Object.entries(metrics)) {
    const dot = name.indexOf('.');
    if (dot > 0) parts.set(name.slice(0, dot), { ...parts.get(name.slice(0, dot)), [name.slice(dot + 1)]: value });
  }
  return [...parts];
}

const metricTitles: Record<string, string> = {
  accuracy: 'Accuracy',
  macroF1: 'Macro F1',
  weightedF1: 'Weighted F1',
  ece: 'Calibration error',
  eceByChance: '… of which by chance',
  nll: 'Log loss',
  loss: 'Loss',
  lr: 'Learning rate',
  brier: 'Brier score',
  dataWait: 'Time waiting for data',
  memoryMB: 'Memory (MB)',
  knnAccuracy: 'k-NN accuracy',
  probeAccuracy: 'Linear probe accuracy',
};
/** `macroF1` → `Macro F1`, `validation.accuracy` → `Validation accuracy`. */
export function metricTitle(name: string): string {
  const known = metricTitles[name];
  if (known) return known;
  const words = name
    .split('.')
    .map((part) => metricTitles[part]?.toLowerCase() ?? part.replace(/([a-z])([A-Z0-9])/g, '$1 $2').toLowerCase())
    .join(' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Descriptions may hold HTML; people read its text. Parsed inertly: nothing loads, nothing runs. */
export function plainText(html: string): string {
  if (!/[<&]/.test(html)) return html;
  const broken = html.replace(/<(br|\/p|\/li|\/div|\/h\d)[^>]*>/gi, '\n');
  return (new DOMParser().parseFromString(broken, 'text/html').body.textContent ?? '')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}
