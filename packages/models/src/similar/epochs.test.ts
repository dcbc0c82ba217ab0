import { describe, expect, it } from 'vitest';
import { isMeasured, patienceOf } from './epochs.js';

/** The epochs measured in a training that gets no better after its best epoch. */
function measuredUntilTheEnd(epochs: number, patience: number, best: number): number[] {
  const measured: number[] = [];
  for (let done = 0; done < epochs && (done < best || done - best < patience); done++)
    if (isMeasured(done + 1, epochs)) measured.push(done + 1);
  return measured;
}

describe('patienceOf', () => {
  it.each([5, 10, 11, 25, 95, 300])('lets %i epochs end only where one was measured after the best', (epochs) => {
    const patience = patienceOf({ epochs, patience: 1 });
    for (let best = 1; best < epochs; best++)
      if (isMeasured(best, epochs)) expect(measuredUntilTheEnd(epochs, patience, best).at(-1)).toBeGreaterThan(best);
  });

  it('is as asked where that is longer, or every epoch is measured', () => {
    expect(patienceOf({ epochs: 300, patience: 100 })).toBe(100);
    expect(patienceOf({ epochs: 10, patience: 1 })).toBe(1);
  });
});
