/**
 * What stands at a path like `offers.price` or `variations.*.images.*.id`: `*` means every entry of an array or object,
 * `$` the value itself. An array met without `*` is looked through, so that one offer and a list of offers read alike.
 */
export function atPath(value: unknown, path: string): unknown[] {
  let found = [value];
  for (const key of path === '$' || path === '' ? [] : path.split('.')) found = found.flatMap((one) => step(one, key));
  return found.filter((one) => one !== null && one !== undefined);
}

function step(value: unknown, key: string): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  if (key === '*') return Object.values(value);
  if (Array.isArray(value)) return /^\d+$/.test(key) ? [value[Number(key)]] : value.flatMap((one) => step(one, key));
  return Object.hasOwn(value, key) ? [(value as Record<string, unknown>)[key]] : [];
}

/** Texts of a JSON value: itself, its entries, or what schema.org things are called by. */
export function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'number' || typeof value === 'boolean') return [String(value)];
  if (Array.isArray(value)) return value.flatMap(textsOf);
  if (typeof value !== 'object' || value === null) return [];
  const { name, url, contentUrl, item } = value as Record<string, unknown>;
  return textsOf(name ?? url ?? contentUrl ?? item ?? (value as Record<string, unknown>)['@id']);
}

/** The JSON value that begins at the first bracket from `start` on, with text behind it; undefined where there is none. */
export function jsonAt(text: string, start: number): unknown {
  const begin = text.slice(start).search(/[[{]/);
  if (begin < 0) return undefined;
  let depth = 0;
  let quoted = false;
  for (let at = start + begin; at < text.length; at++) {
    const sign = text[at];
    if (quoted) {
      if (sign === '\\') at++;
      else if (sign === '"') quoted = false;
    } else if (sign === '"') quoted = true;
    else if (sign === '{' || sign === '[') depth++;
    else if (sign === '}' || sign === ']') {
      depth--;
      if (depth === 0) return parsedJson(text.slice(start + begin, at + 1));
    }
  }
  return undefined;
}

/** JSON as pages write it: in a CDATA or comment wrapper, with raw line ends in texts; undefined where it can't be read. */
export function parsedJson(text: string): unknown {
  const bare = text
    .trim()
    .replace(/^(?:<!\[CDATA\[|<!--)|(?:\]\]>|-->)$/g, '')
    .trim()
    .replace(/;$/, '');
  for (const candidate of [bare, bare.replace(/\p{Cc}/gu, ' ')])
    try {
      return JSON.parse(candidate) as unknown;
    } catch {
      // The other spelling, or nothing.
    }
  return undefined;
}
