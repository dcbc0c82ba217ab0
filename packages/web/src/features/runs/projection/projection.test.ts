import { describe, expect, it } from 'vitest';
import { inUnitSquare, labelSummaries, type Place, projectionOf } from './projection';

describe('the figure of a projection', () => {
  it('is read; what has no place is left out', () => {
    const whole = { row: 4, label: 'hats', pca: [0, 1], map: [2, 3] };
    const figure = { points: [whole, { ...whole, pca: [0, Number.NaN] }, null, { pca: [1, 1], map: [0, 0] }] };
    expect(projectionOf(figure)).toEqual([whole, { row: null, label: null, pca: [1, 1], map: [0, 0] }]);
  });

  it('is not taken from another figure', () => {
    expect(projectionOf({ classes: ['a'], matrix: [[1]] })).toBeNull();
    expect(projectionOf(null)).toBeNull();
  });
});

describe('places in the unit square', () => {
  it('keep their shape and stand upright', () => {
    const wide: Place[] = [
      [-10, 0],
      [10, 5],
    ];
    expect(inUnitSquare(wide)).toEqual([
      [0, 0.625],
      [1, 0.375],
    ]);
  });

  it('stand in the middle when all are one', () => {
    expect(inUnitSquare([[7, 7]])).toEqual([[0.5, 0.5]]);
  });
});

describe('how labels keep together', () => {
  const cluster = (x: number): Place[] => Array.from({ length: 11 }, (_, i) => [x, i / 1000]);

  it('is whole for labels apart, and nothing for one photo among others', () => {
    const places = [...cluster(0), ...cluster(1), [0, 0.5] as const];
    const labels = [...Array(11).fill('coats'), ...Array(11).fill('hats'), null];
    expect(labelSummaries(labels, places)).toEqual([
      { label: 'coats', photos: 11, together: 1 },
      { label: 'hats', photos: 11, together: 1 },
      { label: null, photos: 1, together: 0 },
    ]);
  });
});
