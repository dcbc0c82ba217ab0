/** PostgreSQL takes 65,535 parameters in a statement, each value of each row being one; no table here has 65 columns. */
const ROWS = 1000;

/** Rows in their order, as many at a time as one INSERT takes; those that belong together share a transaction. */
export function* rowChunks<Row>(rows: readonly Row[]): Generator<Row[]> {
  for (let start = 0; start < rows.length; start += ROWS) yield rows.slice(start, start + ROWS);
}
