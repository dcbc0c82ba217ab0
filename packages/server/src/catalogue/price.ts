/**
 * A price as shops write it: `34.99`, `29,99 €`, `1.234,50`, `$1,299.00`, `1 299,–`. The last separator with one or two
 * digits behind it is the decimal one, as is one with more than three, which programs write; a range counts by its lower end.
 * @returns in the main unit; undefined where there is no number
 */
export function parsePrice(text: string): number | undefined {
  const [number] = text.match(/\d[\d.,'’\u00a0\u202f ]*/) ?? [];
  if (!number) return undefined;
  const digits = number.replace(/[^\d.,]/g, '').replace(/[.,]+$/, '');
  const decimal = digits.match(/[.,](\d{1,2}|\d{4,})$/);
  const whole = (decimal ? digits.slice(0, -decimal[0].length) : digits).replace(/\D/g, '');
  const price = Math.round(Number(`${whole}.${decimal?.[1] ?? 0}`) * 100) / 100;
  return Number.isFinite(price) && price <= 1e9 ? price : undefined;
}

const SYMBOLS: [RegExp, string][] = [
  [/€|\bEUR\b/i, 'EUR'],
  [/£|\bGBP\b/i, 'GBP'],
  [/\bCHF\b/i, 'CHF'],
  [/\bPLN\b|zł/i, 'PLN'],
  [/\bSEK\b/i, 'SEK'],
  [/\bDKK\b/i, 'DKK'],
  [/\bNOK\b/i, 'NOK'],
  [/₹|\bINR\b/i, 'INR'],
  [/¥|\bJPY\b/i, 'JPY'],
  [/\bUSD\b|US\$/i, 'USD'],
];

/** The currency a price's text names, ISO 4217; a bare `$` or `kr` may be several, so that it names none. */
export function currencyIn(text: string): string | undefined {
  if (/^[A-Z]{3}$/.test(text.trim())) return text.trim();
  return SYMBOLS.find(([pattern]) => pattern.test(text))?.[1];
}
