import { describe, expect, it } from 'vitest';
import type { Place } from './projection';
import { ALL, ahead, nearestTo, onScreen, panned, underPixel, zoomed } from './view';

const size = { width: 600, height: 400 };
const places: Place[] = [
  [0.5, 0.5],
  [0.9, 0.5],
  [0.6, 0.9],
  [0.1, 0.48],
];

describe('the view of a projection', () => {
  it('shows all of it at first, in the middle', () => {
    expect(onScreen([0.5, 0.5], ALL, size)).toEqual([300, 200]);
    for (const corner of [0, 1]) {
      const [, y] = onScreen([corner, corner], ALL, size);
      expect(y).toBeGreaterThan(0);
      expect(y).toBeLessThan(size.height);
    }
  });

  it('keeps what is under the pointer there while zooming', () => {
    const pixel: Place = [350, 150];
    const held = underPixel(pixel, ALL, size);
    const [x, y] = onScreen(held, zoomed(ALL, 3, pixel, size), size);
    expect(x).toBeCloseTo(350, 6);
    expect(y).toBeCloseTo(150, 6);
  });

  it('shows all again once zoomed out', () => {
    const near = panned(zoomed(ALL, 5, [0, 0], size), 200, -80, size);
    expect(zoomed(near, 0.01, [10, 10], size)).toEqual(ALL);
  });

  it('moves along with the pointer, and never loses the photos', () => {
    const near = zoomed(ALL, 4, [300, 200], size);
    const [x, y] = onScreen([0.5, 0.5], panned(near, 30, -20, size), size);
    expect([x, y]).toEqual([expect.closeTo(330, 6), expect.closeTo(180, 6)]);
    expect(panned(near, -1e6, 1e6, size).at).toEqual([1, 0]);
  });

  it('finds the photo under the pointer, and none where there is none', () => {
    const [x, y] = onScreen([0.9, 0.5], ALL, size);
    expect(nearestTo([x + 4, y], places, ALL, size, 12)).toBe(1);
    expect(nearestTo([x + 40, y], places, ALL, size, 12)).toBeNull();
  });

  it('goes on to the next photo with an arrow key, and stays at the last', () => {
    expect(ahead(0, [1, 0], places)).toBe(1);
    expect(ahead(0, [0, 1], places)).toBe(2);
    expect(ahead(0, [-1, 0], places)).toBe(3);
    expect(ahead(1, [1, 0], places)).toBe(1);
  });
});
