import { createRandom } from '@vitrine/grad';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Augmentation, augmentPicture } from './augment.js';
import { normalisePicture, type PictureSpec, pictureSize } from './picture.js';

const SPEC: PictureSpec = {
  width: 9,
  height: 7,
  channels: 3,
  fit: 'contain',
  mean: [100, 110, 120],
  deviation: [50, 60, 70],
};
const NONE: Augmentation = { flip: false, shift: 0, zoom: 0, erase: 0, colour: 0 };
const PICTURE = Uint8Array.from({ length: pictureSize(SPEC) }, (_, i) => (i * 37) % 256);

function augmented(augmentation: Augmentation, seed: number): Float32Array {
  const target = new Float32Array(PICTURE.length);
  augmentPicture(PICTURE, SPEC, augmentation, createRandom(seed), target, 0);
  return target;
}

function normalised(picture = PICTURE): Float32Array {
  const target = new Float32Array(picture.length);
  normalisePicture(picture, SPEC, target, 0);
  return target;
}

function mirrored(values: Float32Array): Float32Array {
  return values.map((_, i) => values[i - (i % SPEC.width) + SPEC.width - 1 - (i % SPEC.width)]!);
}

describe('augmentPicture', () => {
  it('without variation is normalisation: (byte − mean) / deviation, channels outermost', () => {
    const plain = normalised();
    expect(plain[0]).toBeCloseTo((PICTURE[0]! - 100) / 50, 5);
    expect(plain[SPEC.width * SPEC.height]).toBeCloseTo((PICTURE[1]! - 110) / 60, 5);
    augmented(NONE, 1).forEach((value, i) => {
      expect(value).toBeCloseTo(plain[i]!, 4);
    });
  });

  it('mirrors about every second picture, and nothing else', () => {
    const plain = augmented(NONE, 1);
    const mirror = mirrored(plain);
    const seen = Array.from({ length: 40 }, (_, seed) => augmented({ ...NONE, flip: true }, seed));
    const flipped = seen.filter((picture) => picture.every((value, i) => Math.abs(value - mirror[i]!) < 1e-5));
    const kept = seen.filter((picture) => picture.every((value, i) => Math.abs(value - plain[i]!) < 1e-5));
    expect(flipped.length + kept.length).toBe(40);
    expect(flipped.length).toBeGreaterThan(8);
    expect(kept.length).toBeGreaterThan(8);
  });

  it('moves by whole pixels and repeats the edge', () => {
    const seen = Array.from({ length: 60 }, (_, seed) => augmented({ ...NONE, shift: 1 / 7 }, seed));
    const plain = normalised();
    const movedRight = seen.filter((picture) =>
      picture.every((value, i) => Math.abs(value - plain[i % SPEC.width === 0 ? i : i - 1]!) < 1e-4),
    );
    expect(movedRight.length).toBeGreaterThan(0);
  });

  it('interpolates within the range of the picture and writes nothing outside its place', () => {
    const [low, high] = normalised().reduce(([a, b], v) => [Math.min(a, v), Math.max(b, v)], [
      Infinity,
      -Infinity,
    ] as const);
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const target = new Float32Array(PICTURE.length + 2).fill(99);
        augmentPicture(PICTURE, SPEC, { ...NONE, flip: true, shift: 0.3, zoom: 0.5 }, createRandom(seed), target, 1);
        expect([target[0], target.at(-1)]).toEqual([99, 99]);
        for (const value of target.subarray(1, -1)) {
          expect(value).toBeGreaterThan(low - 1e-4);
          expect(value).toBeLessThan(high + 1e-4);
        }
      }),
      { seed: 1 },
    );
  });

  it('erases one rectangle of at most about a fifth', () => {
    const plain = augmented(NONE, 1);
    for (let seed = 0; seed < 20; seed++) {
      const changed = augmented({ ...NONE, erase: 1 }, seed).filter((value, i) => value !== plain[i]).length;
      expect(changed).toBeGreaterThan(0);
      expect(changed / plain.length).toBeLessThan(0.4);
    }
  });

  it('depends on nothing but its random source', () => {
    const all: Augmentation = { flip: true, shift: 0.1, zoom: 0.2, erase: 0.5, colour: 0.2 };
    expect(augmented(all, 5)).toEqual(augmented(all, 5));
    expect(augmented(all, 5)).not.toEqual(augmented(all, 6));
  });
});
