import { boolean, customType, index, integer, jsonb, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';
import type { Crop, SearchFilter } from './api.js';
import type { Calibration } from './calibration.js';

const time = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });

/** Little-endian float32, one after the other. */
const floats = customType<{ data: Float32Array; driverData: Buffer }>({
  dataType: () => 'bytea',
  toDriver: (vector) => Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength),
  fromDriver: floatsOf,
});

/** The numbers in a stored vector. */
export function floatsOf(bytes: Buffer): Float32Array {
  // Copied: floats must begin at a multiple of four.
  const { buffer } = new Uint8Array(bytes);
  return new Float32Array(buffer);
}

/** What a model makes of a stored photo: its vector, or why it has none. */
export const embeddings = pgTable(
  'embeddings',
  {
    modelId: text('model_id').notNull(),
    image: text().notNull(),
    vector: floats(),
    problem: jsonb().$type<{ code: string; message: string }>(),
    at: time('at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.modelId, table.image] })],
);

/** Models by which the catalogue was or is being embedded. */
export const searchIndexes = pgTable('search_indexes', {
  modelId: text('model_id').primaryKey(),
  /** Whether searches are answered by it; at most one is. */
  current: boolean().notNull().default(false),
  /** Null until all photos were embedded by it once. */
  calibration: jsonb().$type<Calibration>(),
  /** Counts up when a person wants the index built anew. */
  revision: integer().notNull().default(0),
  updatedAt: time('updated_at').notNull().defaultNow(),
});

/** A person's searches by photo. */
export const searches = pgTable(
  'searches',
  {
    id: text().primaryKey(),
    at: time('at').notNull(),
    userId: text('user_id').notNull(),
    /** The photo in the blob store. */
    image: text().notNull(),
    crop: jsonb().$type<Crop>(),
    filter: jsonb().$type<Partial<SearchFilter>>().notNull(),
    goodMatch: boolean('good_match').notNull(),
    results: integer().notNull(),
  },
  (table) => [index('searches_user').on(table.userId, table.at), index('searches_at').on(table.at)],
);
