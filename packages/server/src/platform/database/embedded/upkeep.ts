import type pg from 'pg';

/** How often it is looked what is to be done, in milliseconds. */
const LOOK_MS = 20_000;
/** Until the first look: what a process before has left is soon known. */
const FIRST_MS = 1000;
/** Bytes of log after which its changes are written to their places. */
const LOG_BYTES = 64 << 20;

/**
 * Tables whose statistics are out of date, and those with many dead rows, by PostgreSQL's own measures for autovacuum. What
 * it counts is lost where a process ends: a table of another size than when it was counted is out of date, too.
 */
const WORN = `
  SELECT relid::regclass::text AS "table",
    coalesce(n_dead_tup > 50 + 0.2 * n_live_tup, false) AS dead
  FROM pg_stat_user_tables JOIN pg_class ON pg_class.oid = relid
  WHERE n_dead_tup > 50 + 0.2 * n_live_tup OR n_mod_since_analyze > 50 + 0.1 * n_live_tup
    OR abs(pg_relation_size(relid) / 8192 - relpages) > 8 + 0.2 * relpages
  ORDER BY pg_relation_size(relid)`;

const LOG_LENGTH = `
  SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), redo_lsn)::float8 AS bytes FROM pg_control_checkpoint()`;

/**
 * Does what other processes of a PostgreSQL server do, and a single one does not: counts tables anew, without which the
 * planner guesses and is wrong by seconds; clears dead rows; and shortens the log, which would grow for good.
 */
export class Upkeep {
  #timer: NodeJS.Timeout | undefined;
  #tending: Promise<void> = Promise.resolve();
  #closed = false;
  #failed = false;

  constructor(
    private readonly pool: pg.Pool,
    private readonly logBytes = LOG_BYTES,
  ) {}

  begin(): this {
    this.#again(FIRST_MS);
    return this;
  }

  /** Ends after what it is at. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#tending;
  }

  /** Does what is to be done now. Each statement takes its turn between those of others. */
  async tend(): Promise<void> {
    // What the last second changed is not counted otherwise.
    await this.pool.query('SELECT pg_stat_force_next_flush()');
    const { rows } = await this.pool.query<{ table: string; dead: boolean }>(WORN);
    for (const { table, dead } of rows) {
      if (this.#closed) return;
      await this.pool.query(dead ? `VACUUM (ANALYZE) ${table}` : `ANALYZE ${table}`);
    }
    const { rows: log } = await this.pool.query<{ bytes: number }>(LOG_LENGTH);
    if ((log[0]?.bytes ?? 0) > this.logBytes) await this.pool.query('CHECKPOINT');
  }

  #again(after: number): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#tending = this.tend()
        .then(() => {
          this.#failed = false;
        })
        .catch((error: unknown) => this.#warn(error))
        .finally(() => this.#again(LOOK_MS));
    }, after);
    this.#timer.unref();
  }

  /** Of the first failure in a row: for want of room, say, there are many. */
  #warn(error: unknown): void {
    if (!this.#failed && !this.#closed)
      process.emitWarning(`The embedded database could not be tended; it is tried again: ${String(error)}`);
    this.#failed = true;
  }
}
