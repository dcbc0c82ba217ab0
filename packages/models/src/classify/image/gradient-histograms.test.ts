import { describe, expect, it } from 'vitest';
import type { PictureFrame } from '../../pictures/picture.js';
import { gradientHistograms, HISTOGRAM_SIZE } from './gradient-histograms.js';

const FRAME: PictureFrame = { width: 64, height: 48, channels: 3, fit: 'contain' };
const [CELLS, DIRECTIONS, BLOCKS] = [8, 9, 4];

/** A picture painted by a function of the place that gives grey values. */
function painted(value: (x: number, y: number) => number, { width, height, channels } = FRAME): Uint8Array {
  return Uint8Array.from({ length: width * height * channels }, (_, at) => {
    const pixel = Math.floor(at / channels);
    return value(pixel % width, Math.floor(pixel / width));
  });
}

/** How much each direction counts, in all cells or in one column of them. */
function directions(histograms: Float32Array, column?: number): number[] {
  const sums = new Array<number>(DIRECTIONS).fill(0);
  histograms.forEach((value, at) => {
    const cell = Math.floor(at / (DIRECTIONS * BLOCKS));
    if (column === undefined || cell % CELLS === column) sums[at % DIRECTIONS]! += value;
  });
  return sums;
}

const strongest = (sums: number[]) => sums.indexOf(Math.max(...sums));
const wave = (place: number) => 128 + 100 * Math.sin(place / 2);

describe('gradientHistograms', () => {
  it('tell which way edges run', () => {
    expect(
      strongest(
        directions(
          gradientHistograms(
            painted((x) => wave(x)),
            FRAME,
          ),
        ),
      ),
    ).toBe(0);
    // A gradient straight down lies half-way between the fifth and the sixth of nine directions.
    expect([4, 5]).toContain(
      strongest(
        directions(
          gradientHistograms(
            painted((_, y) => wave(y)),
            FRAME,
          ),
        ),
      ),
    );
  });

  it('are vectors of one length, and nothing at all where there is no edge', () => {
    const seen = gradientHistograms(
      painted((x, y) => wave(x + y)),
      FRAME,
    );
    expect(seen).toHaveLength(HISTOGRAM_SIZE);
    expect(Math.hypot(...seen)).toBeCloseTo(8, 4);
    expect(
      gradientHistograms(
        painted(() => 90),
        FRAME,
      ).every((value) => value === 0),
    ).toBe(true);
  });

  it('say where the edges are', () => {
    const seen = gradientHistograms(
      painted((x) => (x > 48 ? wave(x) : 128)),
      FRAME,
    );
    expect(directions(seen, 1)[0]).toBe(0);
    expect(directions(seen, 7)[0]).toBeGreaterThan(0.5);
  });

  it('are the same in faint light', () => {
    const [bright, faint] = [1, 0.25].map((light) =>
      gradientHistograms(
        painted((x, y) => light * (128 + 120 * Math.sin(x / 3) * Math.cos(y / 4))),
        FRAME,
      ),
    );
    const likeness = bright!.reduce((sum, value, at) => sum + value * faint![at]!, 0) / 64;
    expect(likeness).toBeGreaterThan(0.98);
  });

  it.each([1, 3] as const)('of a mirror image come from the picture itself, with %d channels', (channels) => {
    const frame = { ...FRAME, channels };
    const lopsided = (x: number, y: number) => 128 + 100 * Math.sin(x / 5 + (x * y) / 300);
    const mirror = painted((x, y) => lopsided(frame.width - 1 - x, y), frame);
    const [asked, seen] = [
      gradientHistograms(painted(lopsided, frame), frame, true),
      gradientHistograms(mirror, frame),
    ];
    for (const [at, value] of seen.entries()) expect(asked[at]).toBeCloseTo(value, 4);
  });

  it.each([
    [80, 80],
    [112, 112],
    [48, 96],
  ])('have one form for frames of any size: %d × %d', (width, height) => {
    const frame = { ...FRAME, width, height };
    expect(
      gradientHistograms(
        painted((x) => wave(x), frame),
        frame,
      ),
    ).toHaveLength(HISTOGRAM_SIZE);
  });
});
