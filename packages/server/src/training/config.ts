import { ConfigError, type Task, VitrineError } from '@vitrine/models';
import { z } from 'zod';

/**
 * The config with all defaults filled in.
 * @throws ConfigError naming the key that can't be used.
 */
export function completeConfig(task: Task, config: Record<string, unknown>): Record<string, unknown> {
  try {
    return task.configSchema.parse(config) as Record<string, unknown>;
  } catch (error) {
    if (error instanceof VitrineError || !(error instanceof z.ZodError)) throw error;
    const problems = error.issues.map(({ path, message }) => `${path.join('.') || 'config'}: ${message}`);
    throw new ConfigError(`The config can’t be used. ${problems.join('; ')}.`, { issues: error.issues });
  }
}

/** Every run has one, as its record says; the engines draw from 31 bits. */
export const seedSchema = z
  .number()
  .int()
  .min(0)
  .max(2 ** 31 - 1);

/**
 * A config and the seed that was in it apart: left in, it would be used in the place of the recorded one.
 * @throws ConfigError when the seed is none
 */
export function withoutSeed({ seed: given, ...settings }: Record<string, unknown>): {
  seed: number | undefined;
  settings: Record<string, unknown>;
} {
  const { success, data: seed } = seedSchema.optional().safeParse(given);
  if (!success) throw new ConfigError('"seed" must be a whole number from 0 to 2147483647.', { key: 'seed' });
  return { seed, settings };
}

/** The config as JSON Schema, for forms; `{}` when the task's schema has no such form. */
export function configJsonSchema(task: Task): unknown {
  for (const io of ['input', 'output'] as const) {
    const schema = z.toJSONSchema(task.configSchema, { io, unrepresentable: 'any' });
    if (schema.properties) return schema;
  }
  return {};
}
