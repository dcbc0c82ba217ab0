import { doublePrecision, index, integer, jsonb, pgTable, text, timestamp } from 'drizzle-orm/pg-core';

const time = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });

/** What was asked and answered. Photos are not kept: only the hash of one that is in the catalogue anyway. */
export const predictions = pgTable(
  'predictions',
  {
    id: text().primaryKey(),
    at: time('at').notNull(),
    task: text().notNull(),
    modelId: text('model_id').notNull(),
    modelVersion: integer('model_version').notNull(),
    userId: text('user_id').notNull(),
    title: text(),
    description: text(),
    imageHash: text('image_hash'),
    used: text().notNull(),
    predictions: jsonb().$type<{ code: string; name: string; probability: number }[]>().notNull(),
    milliseconds: doublePrecision().notNull(),
    /** The category a person said was right. */
    chosen: text(),
    chosenAt: time('chosen_at'),
    /** The product listed from it; it carries the category from then on. */
    productId: text('product_id'),
  },
  (table) => [
    index('predictions_user').on(table.userId, table.at),
    index('predictions_at').on(table.at),
    index('predictions_chosen').on(table.chosenAt),
  ],
);
