/** Text that PostgreSQL takes, in JSON too: without NUL, and with every half of a character pair replaced. */
export function storable(text: string): string {
  return Buffer.from(text.replaceAll('\0', '')).toString();
}

/** JSON whose texts PostgreSQL takes. */
export function storableJson(value: unknown): unknown {
  if (value === undefined) return null;
  return JSON.parse(JSON.stringify(value), (_, inner: unknown) =>
    typeof inner === 'string' ? storable(inner) : inner,
  );
}
