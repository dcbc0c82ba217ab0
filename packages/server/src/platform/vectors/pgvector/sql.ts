/** The part of node-postgres that indexes need. */
export interface Sql {
  query<Row>(text: string, values?: unknown[]): Promise<{ rows: Row[] }>;
}
export interface SqlPool extends Sql {
  connect(): Promise<Sql & { release(error?: Error): void }>;
}

/** Work in one transaction, undone when it throws. */
export async function inTransaction<T>(pool: SqlPool, work: (sql: Sql) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    client.release();
    return result;
  } catch (error) {
    const isUsable = await client.query('ROLLBACK').then(
      () => true,
      () => false,
    );
    client.release(isUsable ? undefined : (error as Error));
    throw error;
  }
}
