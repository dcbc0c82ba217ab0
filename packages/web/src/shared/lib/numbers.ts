/**
 * The amount that was written, with a dot or a comma before its one or two decimals. Undefined for anything else, such
 * as `1,000` and `1.000`, which mean a thousand to some and one to others.
 */
export function amountOf(text: string): number | undefined {
  const written = text.trim();
  return /^\d+([.,]\d{1,2})?$/.test(written) ? Number(written.replace(',', '.')) : undefined;
}

/** The whole number that was written in digits alone. */
export function countOf(text: string): number | undefined {
  const written = text.trim();
  const count = Number(written);
  return /^\d+$/.test(written) && Number.isSafeInteger(count) ? count : undefined;
}
