import { VitrineError } from '@vitrine/models';
import type { z } from 'zod';

/**
 * The value as the schema says it.
 * @throws VitrineError `request.invalid` (422) whose message names each wrong field
 */
export function validate<S extends z.ZodType>(schema: S, value: unknown, where: string): z.output<S> {
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  const problems = error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
  const sentence = problems
    .slice(0, 5)
    .map(({ path, message }) => `${path || where}: ${message}`)
    .join(' ');
  throw new VitrineError('request.invalid', sentence, 422, { in: where, problems: problems.slice(0, 50) });
}
