/** The part of JSON Schema that a task's config uses. */
export interface ConfigProperty {
  key: string;
  title: string;
  kind: 'choice' | 'boolean' | 'integer' | 'number' | 'text';
  choices: string[];
  description: string;
  fallback: unknown;
  minimum: number | undefined;
  maximum: number | undefined;
  /** Dotted keys tune one part of a model: shown apart. */
  advanced: boolean;
}

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Optional and nullable properties come as `anyOf` with one branch that matters. */
function settled(schema: Json): Json {
  const branches = (schema.anyOf ?? schema.oneOf) as unknown;
  if (!Array.isArray(branches)) return schema;
  const branch = branches.filter(isObject).find(({ type }) => type !== 'null');
  return branch ? { ...branch, ...schema } : schema;
}

function kindOf(schema: Json): ConfigProperty['kind'] {
  if (Array.isArray(schema.enum)) return 'choice';
  if (schema.type === 'boolean' || schema.type === 'integer' || schema.type === 'number') return schema.type;
  return 'text';
}

const bound = (value: unknown) =>
  typeof value === 'number' && Math.abs(value) < Number.MAX_SAFE_INTEGER ? value : undefined;

/** For a schema without titles: `text.labelSmoothing` → `Text label smoothing`. */
function titleOf(key: string): string {
  const words = key
    .replace(/\./g, ' ')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();
  return words === 'lr' ? 'Learning rate' : words.charAt(0).toUpperCase() + words.slice(1);
}

/** The settings of a task's config, in the schema's order. What is an object or a list has no form control and is left out. */
export function propertiesOf(configSchema: unknown): ConfigProperty[] {
  if (!isObject(configSchema) || !isObject(configSchema.properties)) return [];
  return Object.entries(configSchema.properties).flatMap(([key, raw]) => {
    if (!isObject(raw)) return [];
    const schema = settled(raw);
    if (schema.type === 'object' || schema.type === 'array') return [];
    return {
      key,
      title: typeof schema.title === 'string' ? schema.title : titleOf(key),
      kind: kindOf(schema),
      choices: Array.isArray(schema.enum) ? schema.enum.map(String) : [],
      description: typeof schema.description === 'string' ? schema.description : '',
      fallback: schema.default,
      minimum: bound(schema.minimum ?? schema.exclusiveMinimum),
      maximum: bound(schema.maximum ?? schema.exclusiveMaximum),
      advanced: key.includes('.') && !key.startsWith('model.'),
    };
  });
}

/** What was filled in, typed; what was left alone keeps the task's default. */
export function configOf(properties: ConfigProperty[], values: Record<string, string>): Record<string, unknown> {
  return Object.fromEntries(
    properties.flatMap(({ key, kind }): [string, unknown][] => {
      const value = values[key]?.trim();
      if (!value) return [];
      if (kind === 'boolean') return [[key, value === 'true']];
      return [[key, kind === 'integer' || kind === 'number' ? Number(value) : value]];
    }),
  );
}
