import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Crop, described, drawn, handles, isWhole, keyed, moved, resized, SMALLEST, WHOLE } from './crop';

const crop: Crop = { x: 0.2, y: 0.3, width: 0.5, height: 0.4 };
const close = (a: Crop, b: Crop) => {
  for (const side of ['x', 'y', 'width', 'height'] as const) expect(a[side]).toBeCloseTo(b[side], 10);
};

describe('a crop', () => {
  it('moves as far as the photo reaches', () => {
    close(moved(crop, 0.1, -0.1), { ...crop, x: 0.3, y: 0.2 });
    close(moved(crop, 9, -9), { ...crop, x: 0.5, y: 0 });
  });

  it('follows the corner or side that is held, the others stay', () => {
    close(resized(crop, 'se', 0.1, 0.2), { ...crop, width: 0.6, height: 0.6 });
    close(resized(crop, 'nw', 0.1, 0.2), { x: 0.3, y: 0.5, width: 0.4, height: 0.2 });
    close(resized(crop, 'w', -0.1, 0.9), { ...crop, x: 0.1, width: 0.6 });
  });

  it('is drawn from either corner to the other', () => {
    const [a, b] = [
      { x: 0.8, y: 0.1 },
      { x: 0.3, y: 0.6 },
    ];
    close(drawn(a, b), { x: 0.3, y: 0.1, width: 0.5, height: 0.5 });
    expect(drawn(a, b)).toEqual(drawn(b, a));
  });

  it('answers to arrow keys, to Shift and arrows, and to Escape alone', () => {
    close(keyed(crop, 'ArrowRight', false) ?? WHOLE, { ...crop, x: 0.22 });
    close(keyed(crop, 'ArrowUp', true) ?? WHOLE, { ...crop, height: 0.38 });
    expect(keyed(crop, 'Escape', false)).toEqual(WHOLE);
    expect(keyed(crop, 'Tab', false)).toBeUndefined();
  });

  it('says what it is of', () => {
    expect(described(WHOLE)).toBe('The whole photo');
    expect(described(crop)).toBe('50% of the width from 20%, 40% of the height from 30%');
    expect(isWhole(crop)).toBe(false);
  });

  it('never leaves the photo and never vanishes, however wildly it is pulled', () => {
    // Evenly spread: of all numbers there are up to 3, nearly every one is too small to pull at anything.
    const far = fc.integer({ min: -3e6, max: 3e6 }).map((millionths) => millionths / 1e6);
    const pull = fc.tuple(fc.constantFrom('move', ...handles), far, far);
    fc.assert(
      fc.property(fc.tuple(far, far, far, far), fc.array(pull, { maxLength: 12 }), ([a, b, c, d], pulls) => {
        let at = drawn({ x: a, y: b }, { x: c, y: d });
        for (const [how, dx, dy] of pulls) at = how === 'move' ? moved(at, dx, dy) : resized(at, how, dx, dy);
        const slack = 1e-9;
        expect(Math.min(at.x, at.y)).toBeGreaterThanOrEqual(0);
        expect(Math.max(at.x + at.width, at.y + at.height)).toBeLessThanOrEqual(1 + slack);
        expect(Math.min(at.width, at.height)).toBeGreaterThanOrEqual(SMALLEST - slack);
      }),
    );
  });
});
