import { taskNamed } from '@vitrine/models';
import { describe, expect, test } from 'vitest';
import { type Comparison, gateRefusal } from './gate.js';

const similar = taskNamed('similar');
const beside = (candidate: number, production: number | null, objection?: string): Comparison => ({
  ...{ metric: 'precisionAt10', candidate, production, basis: 'same' },
  productionId: production === null ? null : 'a',
  ...(objection === undefined ? {} : { objection }),
});
describe('the promotion gate', () => {
  test('lets the first model pass that is of use, and one that does no worse', () => {
    expect(gateRefusal(similar, beside(0.5, null))).toBeUndefined();
    expect(gateRefusal(similar, beside(0.5, 0.5))).toBeUndefined();
  });

  test('refuses a first model that its task objects to, and says why and what to do', () => {
    expect(gateRefusal(similar, beside(0.5, null, 'It has learnt nothing.'))).toMatchObject({
      code: 'model.gate',
      status: 409,
      message: 'It has learnt nothing. Promote with force to do so all the same.',
    });
  });

  test('refuses what does worse than production', () => {
    expect(gateRefusal(similar, beside(0.5, 0.6))?.message).toMatch(/does worse .* 50\.0 % against 60\.0 %/);
  });
});
