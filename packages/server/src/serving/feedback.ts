import { setTimeout as sleep } from 'node:timers/promises';
import { VitrineError } from '@vitrine/models';
import { and, eq } from 'drizzle-orm';
import { categories } from '../catalogue/tables.js';
import type { Queries } from '../platform/database/database.js';
import { predictions } from './tables.js';

/** How long another server may hold a prediction before it is in the database. */
const ELSEWHERE_MS = 1_000;

/**
 * Keeps which category a person said was right: a data set made of the catalogue learns from it.
 * @param userId only this user's own prediction may be judged; undefined: anyone's.
 * @throws VitrineError `prediction.unknown` (404), `category.unknown` (422)
 */
export async function keepFeedback(
  db: Queries,
  choice: { predictionId: string; category: string; userId: string | undefined; productId?: string },
): Promise<void> {
  const { predictionId, category, userId, productId } = choice;
  const [known] = await db.select({ code: categories.code }).from(categories).where(eq(categories.code, category));
  const find = async () =>
    (
      await db
        .select({ predictions: predictions.predictions })
        .from(predictions)
        .where(and(eq(predictions.id, predictionId), userId === undefined ? undefined : eq(predictions.userId, userId)))
    )[0];
  const prediction = (await find()) ?? (await sleep(ELSEWHERE_MS).then(find));
  if (!prediction) throw new VitrineError('prediction.unknown', 'There is no prediction of yours with this id.', 404);
  if (!known && !prediction.predictions.some(({ code }) => code === category))
    throw new VitrineError(
      'category.unknown',
      `There is no category "${category}"; choose one of GET /categories.`,
      422,
    );
  await db
    .update(predictions)
    .set({ chosen: category, chosenAt: new Date(), ...(productId === undefined ? {} : { productId }) })
    .where(eq(predictions.id, predictionId));
}
