import { expect, test } from 'vitest';
import { isOutage, throughOutage } from './outage.js';

const cut = () => Object.assign(new Error('terminating connection'), { code: '57P01' });

test('a lost connection is an outage, also inside the error of a query; a wrong query is none', () => {
  expect(isOutage(cut())).toBe(true);
  expect(isOutage(new Error('Failed query', { cause: cut() }))).toBe(true);
  expect(isOutage(new Error('Connection terminated unexpectedly'))).toBe(true);
  const rollback = new Error('Client has encountered a connection error and is not queryable');
  expect(isOutage(new Error('Failed query: rollback', { cause: rollback }))).toBe(true);
  expect(isOutage(Object.assign(new Error('duplicate key'), { code: '23505' }))).toBe(false);
  expect(isOutage('57P01')).toBe(false);
});

test('work is done again until the database is back; other errors and lost patience end it', async () => {
  const failing = (times: number, error: Error) => {
    let left = times;
    return async () => {
      if (left-- > 0) throw error;
      return 'done';
    };
  };
  expect(await throughOutage(failing(2, cut()))).toBe('done');
  await expect(throughOutage(failing(1, new Error('wrong')))).rejects.toThrow('wrong');
  await expect(throughOutage(failing(3, cut()), { patienceMs: -1 })).rejects.toThrow('terminating');
});
