import { editDistance } from '@vitrine/grad';
import { z } from 'zod';
import { ConfigError } from './errors.js';

/** Settings by their dotted keys, of any value yet. */
export type FlatConfig = Readonly<Record<string, unknown>>;

/** How many objects may lie in one another; known keys have one dot. */
const DEEPEST = 3;
/** Letters of an unknown key that are looked at. */
const LONGEST = 60;

/**
 * A task's config of flat keys, dotted (`text.dim`). Nested objects (`{ text: { dim: 64 } }`) and numbers written as text
 * are taken too. Instead of reporting an issue it throws `ConfigError`, naming the key and the nearest known one; `check`
 * may throw further ones for settings that do not go together. `canonical` puts other ways to say a setting into its own.
 */
export function flatConfigSchema<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape, z.core.$strict>,
  check: (config: z.output<z.ZodObject<Shape, z.core.$strict>>) => void,
  canonical: (flat: FlatConfig) => FlatConfig = (flat) => flat,
) {
  const known = Object.keys(schema.shape);
  return z.preprocess((raw) => {
    const flat = canonical(flatten(raw ?? {}));
    for (const key of Object.keys(flat)) {
      if (known.includes(key)) continue;
      const shown = key.slice(0, LONGEST);
      const nearest = known.reduce((best, each) => (likeness(shown, each) < likeness(shown, best) ? each : best));
      throw new ConfigError(`The setting "${shown}" does not exist. Did you mean "${nearest}"?`, {
        key: shown,
        nearest,
        known,
      });
    }
    const result = schema.safeParse(flat);
    if (!result.success) {
      const [issue] = result.error.issues;
      const key = issue?.path.join('.') ?? '';
      throw new ConfigError(`The setting "${key}" is not usable: ${issue?.message}.`, { key });
    }
    check(result.data);
    return flat;
  }, schema);
}

function flatten(value: unknown): Record<string, unknown> {
  const flat: Record<string, unknown> = {};
  const add = (inner: unknown, path: string, depth: number): void => {
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) {
      flat[path] = typeof inner === 'string' ? parseScalar(inner) : inner;
    } else if (depth > DEEPEST) {
      throw new ConfigError(`The setting "${path.slice(0, LONGEST)}" is nested too deeply; write model.text=bag, say.`);
    } else {
      for (const [key, deeper] of Object.entries(inner))
        if (deeper !== undefined) add(deeper, depth > 0 ? `${path}.${key}` : key, depth + 1);
    }
  };
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new ConfigError('A config is a list of settings, such as lr=0.001.');
  add(value, '', 0);
  return flat;
}

function parseScalar(value: string): unknown {
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value)) return Number(value);
  return value === 'true' ? true : value === 'false' ? false : value;
}

/**
 * The config with the value of `model` said by another key instead.
 * @throws ConfigError when that says something else
 */
export function renamedModel({ model, ...rest }: FlatConfig, key: string): FlatConfig {
  const other = rest[key];
  if (other !== undefined && other !== model) {
    const [first, second] = [model, other].map((name) => String(name).slice(0, LONGEST));
    const sentence = `The settings "model=${first}" and "${key}=${second}" name two networks; keep one of them.`;
    throw new ConfigError(sentence, { key: 'model' });
  }
  return { ...rest, [key]: model };
}

/** How far a key is from a known one, or from that without its section. */
function likeness(key: string, known: string): number {
  const name = known.slice(known.lastIndexOf('.') + 1);
  return Math.min(editDistance(key, known), editDistance(key, name) + (name === known ? 0 : 0.5));
}
