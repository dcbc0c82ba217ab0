import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../random.js';
import { augmentPicture } from './augment-picture.js';
import { type Augmentation, simclrAugmentation } from './augmentation.js';
import type { Picture, PictureForm } from './picture.js';

const WIDTH = 9;
const HEIGHT = 7;
const AREA = WIDTH * HEIGHT;
const FORM: PictureForm = {
  width: WIDTH,
  height: HEIGHT,
  channels: 3,
  mean: [100, 110, 120],
  deviation: [50, 60, 70],
};
const PICTURE: Picture = {
  width: WIDTH,
  height: HEIGHT,
  channels: 3,
  pixels: Uint8Array.from({ length: AREA * 3 }, (_, i) => (i * 37) % 256),
};

function augmented(augmentation: Augmentation, seed: number, form = FORM, picture = PICTURE): Float32Array {
  const target = new Float32Array(form.width * form.height * form.channels);
  augmentPicture(picture, form, augmentation, createRandom(seed), target);
  return target;
}

/** A form in which values stay as they are, 0–255. */
const bytes = (width: number, height: number): PictureForm => ({
  width,
  height,
  channels: 3,
  mean: [0, 0, 0],
  deviation: [1, 1, 1],
});

function mirrored(values: Float32Array): Float32Array {
  return values.map((_, i) => values[i - (i % WIDTH) + WIDTH - 1 - (i % WIDTH)]!);
}

function expectClose(actual: Float32Array, expected: ArrayLike<number>, digits = 3): void {
  expect(actual.length).toBe(expected.length);
  actual.forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i]!, digits);
  });
}

/** A picture of vertical stripes of the classes 0 … 3, whose red says the class. */
function segmented(width: number, height: number): Picture & { mask: Uint8Array } {
  const mask = Uint8Array.from({ length: width * height }, (_, i) => Math.floor(((i % width) * 4) / width));
  const pixels = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i % 3 === 0 ? 60 * mask[i / 3]! : 0));
  return { width, height, channels: 3, pixels, mask };
}

describe('augmentPicture', () => {
  it('without variation is normalisation: (byte − mean) / deviation, channels outermost', () => {
    const plain = augmented({}, 1);
    for (let i = 0; i < AREA; i++) {
      for (let c = 0; c < 3; c++) {
        expect(plain[c * AREA + i]).toBeCloseTo((PICTURE.pixels[3 * i + c]! - FORM.mean[c]!) / FORM.deviation[c]!, 5);
      }
    }
  });

  it('mirrors about every second picture, and nothing else', () => {
    const plain = augmented({}, 1);
    const mirror = mirrored(plain);
    const seen = Array.from({ length: 40 }, (_, seed) => augmented({ flip: 0.5 }, seed));
    const equal = (a: Float32Array, b: Float32Array) => a.every((value, i) => Math.abs(value - b[i]!) < 1e-5);
    const flipped = seen.filter((picture) => equal(picture, mirror)).length;
    expect(flipped + seen.filter((picture) => equal(picture, plain)).length).toBe(40);
    expect(flipped).toBeGreaterThan(8);
    expect(flipped).toBeLessThan(32);
  });

  it('moves by whole pixels and repeats the edge', () => {
    const plain = augmented({}, 1);
    const right = plain.map((_, i) => plain[i % WIDTH === 0 ? i : i - 1]!);
    const seen = Array.from({ length: 60 }, (_, seed) => augmented({ shift: 1 / 7 }, seed));
    expect(seen.some((picture) => picture.every((value, i) => Math.abs(value - right[i]!) < 1e-4))).toBe(true);
  });

  it('interpolates within the range of the picture and writes nothing outside its place', () => {
    const plain = augmented({}, 1);
    const [low, high] = [Math.min(...plain), Math.max(...plain)];
    const choices: Augmentation[] = [{ flip: 0.5, shift: 0.3, zoom: 0.5 }, { crop: { area: [0.1, 1] } }];
    fc.assert(
      fc.property(fc.integer(), fc.constantFrom(...choices), (seed, augmentation) => {
        const values = new Float32Array(AREA * 3 + 2).fill(99);
        augmentPicture(PICTURE, FORM, augmentation, createRandom(seed), values.subarray(1, -1));
        expect([values[0], values.at(-1)]).toEqual([99, 99]);
        for (const value of values.subarray(1, -1)) {
          expect(value).toBeGreaterThan(low - 1e-4);
          expect(value).toBeLessThan(high + 1e-4);
        }
      }),
      { seed: 1 },
    );
  });

  it('scales with pixel centres at half positions, and averages what it makes much smaller', () => {
    const ramp: Picture = {
      width: 16,
      height: 8,
      channels: 3,
      pixels: Uint8Array.from({ length: 16 * 8 * 3 }, (_, i) => 10 * (Math.floor(i / 3) % 16)),
    };
    const half = augmented({}, 1, bytes(8, 4), ramp);
    expectClose(half.subarray(0, 8), [5, 25, 45, 65, 85, 105, 125, 145]);
    const checks = ramp.pixels.map((_, i) => ((Math.floor(i / 3) + Math.floor(i / 48)) % 2) * 200);
    expectClose(augmented({}, 1, bytes(4, 2), { ...ramp, pixels: checks }), new Array(24).fill(100));
  });

  it('crops windows of the shares and aspect ratios asked for', () => {
    // Where a pixel comes from can be read off a picture whose red rises to the right and green downwards.
    const size = 200;
    const where: Picture = {
      width: size,
      height: size,
      channels: 3,
      pixels: Uint8Array.from({ length: size * size * 3 }, (_, i) =>
        i % 3 === 0 ? Math.floor(i / 3) % size : i % 3 === 1 ? Math.floor(i / 3 / size) : 0,
      ),
    };
    const seen = Array.from({ length: 200 }, (_, seed) => {
      const view = augmented({ crop: { area: [0.2, 0.5], aspect: [0.5, 2] } }, seed, bytes(100, 100), where);
      const step = (plane: number, to: number, from: number) => (view[plane + to]! - view[plane + from]!) / 0.98;
      return { width: step(0, 99, 1), height: step(10_000, 9900, 100) };
    });
    for (const { width, height } of seen) {
      expect((width * height) / size ** 2).toBeGreaterThan(0.19);
      expect((width * height) / size ** 2).toBeLessThan(0.51);
      expect(Math.abs(Math.log2(width / height))).toBeLessThan(1.03);
    }
    expect(Math.min(...seen.map(({ width, height }) => (width * height) / size ** 2))).toBeLessThan(0.23);
    expect(Math.max(...seen.map(({ width, height }) => (width * height) / size ** 2))).toBeGreaterThan(0.47);
  });

  it('erases one rectangle of at most about a fifth', () => {
    const plain = augmented({}, 1);
    for (let seed = 0; seed < 20; seed++) {
      const changed = augmented({ erase: 1 }, seed).filter((value, i) => value !== plain[i]).length;
      expect(changed).toBeGreaterThan(0);
      expect(changed / plain.length).toBeLessThan(0.4);
    }
  });

  it('takes masks through the same window and through nothing else', () => {
    const picture = segmented(40, 24);
    const all: Augmentation = { ...simclrAugmentation(), erase: 1 };
    const form = bytes(20, 12);
    const [target, mask] = [new Float32Array(720), new Int32Array(240)];
    for (let seed = 0; seed < 20; seed++) {
      augmentPicture(picture, form, { flip: 0.5, crop: { area: [0.3, 1] } }, createRandom(seed), target, mask);
      const wrong = mask.filter((label, i) => Math.abs(target[i]! - 60 * label) > 30).length;
      // At the borders of two classes the interpolated red is of neither.
      expect(wrong).toBeLessThanOrEqual(3 * 12);
      const geometric = mask.slice();
      augmentPicture(picture, form, { ...all, crop: { area: [0.3, 1] } }, createRandom(seed), target, mask);
      expect(mask).toEqual(geometric);
    }
  });

  it('depends on nothing but its random source', () => {
    const all: Augmentation = {
      ...simclrAugmentation(),
      contrast: 0.2,
      brightness: 0.2,
      channelShift: 0.1,
      erase: 0.5,
    };
    expect(augmented(all, 5)).toEqual(augmented(all, 5));
    expect(augmented(all, 5)).not.toEqual(augmented(all, 6));
  });

  it('gives finite numbers and known classes for pictures and forms of any size', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const size = fc.integer({ min: 1, max: 40 });
    const most = { flip: share, shift: share, zoom: share, contrast: share, channelShift: share, grayscale: share };
    const augmentation = fc.record({
      ...{ ...most, erase: share },
      crop: fc.option(fc.constant({}), { nil: undefined }),
      jitter: fc.option(fc.record({ brightness: share, saturation: share, hue: share.map((turns) => turns / 2) }), {
        nil: undefined,
      }),
      blur: fc.option(fc.record({ sigma: fc.tuple(share, share).map((pair) => pair.sort((a, b) => a - b)) }), {
        nil: undefined,
      }),
    });
    fc.assert(
      fc.property(size, size, size, size, augmentation, fc.nat(), (width, height, w, h, drawn, seed) => {
        const picture = segmented(width, height);
        const [target, mask] = [new Float32Array(w * h * 3), new Int32Array(w * h).fill(-1)];
        augmentPicture(
          picture,
          { ...FORM, width: w, height: h },
          drawn as Augmentation,
          createRandom(seed),
          target,
          mask,
        );
        expect(target.every(Number.isFinite)).toBe(true);
        expect(mask.every((label) => label >= 0 && label < 4)).toBe(true);
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it('refuses a picture that is not what it says', () => {
    const draw = (picture: Picture, mask?: Int32Array) =>
      augmentPicture(picture, FORM, {}, createRandom(1), new Float32Array(AREA * 3), mask);
    expect(() => draw({ ...PICTURE, pixels: PICTURE.pixels.subarray(1) })).toThrow('holds 188 bytes');
    expect(() => draw({ ...PICTURE, channels: 1, pixels: new Uint8Array(AREA) })).toThrow('1 channels where 3');
    expect(() => draw(PICTURE, new Int32Array(AREA))).toThrow('has none');
  });

  it.each<[Augmentation, string]>([
    [{ flip: Number.NaN }, 'flip must be from 0 to 1, not NaN.'],
    [{ flip: 2 }, 'flip must be from 0 to 1, not 2.'],
    [{ shift: -0.1 }, 'shift must be from 0 to 1, not -0.1.'],
    [{ zoom: 1.5 }, 'zoom must be from 0 to 1, not 1.5.'],
    [{ brightness: Number.POSITIVE_INFINITY }, 'brightness must be 0 or more, not Infinity.'],
    [{ jitter: { probability: -1 } }, 'jitter.probability must be from 0 to 1, not -1.'],
    [{ jitter: { saturation: Number.NaN } }, 'jitter.saturation must be 0 or more, not NaN.'],
    [{ jitter: { hue: 3 } }, 'jitter.hue must be from 0 to 0.5, not 3.'],
    [{ blur: { probability: 1.1 } }, 'blur.probability must be from 0 to 1, not 1.1.'],
    [{ blur: { sigma: [-3, -1] } }, 'blur.sigma must be two numbers from 0 up, the smaller first, not [-3,-1].'],
    [{ crop: { area: [2, 3] } }, 'crop.area must be two shares above 0 and up to 1, the smaller first, not [2,3].'],
    [{ crop: { area: [1, 0.1] } }, 'crop.area must be two shares above 0 and up to 1, the smaller first, not [1,0.1].'],
    [{ crop: { area: [-1, -1] } }, 'crop.area must be two shares above 0 and up to 1, the smaller first, not [-1,-1].'],
    [{ crop: { aspect: [0, 2] } }, 'crop.aspect must be two numbers above 0, the smaller first, not [0,2].'],
  ])('refuses settings out of their ranges: %j', (augmentation, message) => {
    expect(() => augmented(augmentation, 1)).toThrow(expect.objectContaining({ code: 'feed', message }));
  });

  it('takes the augmentations of SimCLR at any strength', () => {
    for (const strength of [0, 1, 4])
      expect(augmented(simclrAugmentation(strength), 1).every(Number.isFinite)).toBe(true);
  });
});

describe('changes of colour', () => {
  const grey = ([r, g, b]: readonly number[]) => 0.299 * r! + 0.587 * g! + 0.114 * b!;
  const colours = Array.from({ length: AREA }, (_, i) => [...PICTURE.pixels.subarray(3 * i, 3 * i + 3)]);
  const form = bytes(WIDTH, HEIGHT);
  /** Colour i of a view. */
  const at = (view: Float32Array, i: number) => [view[i]!, view[AREA + i]!, view[2 * AREA + i]!];

  it('brightness jitter is a factor, the same for all', () => {
    for (let seed = 0; seed < 10; seed++) {
      const view = augmented({ jitter: { brightness: 0.4 } }, seed, form);
      const factor = view[1]! / colours[1]![0]!;
      expect(Math.abs(factor - 1)).toBeLessThan(0.4);
      colours.forEach((colour, i) => {
        expectClose(
          Float32Array.from(at(view, i)),
          colour.map((value) => value * factor),
        );
      });
    }
  });

  it('contrast jitter is a factor about the mean luminance', () => {
    const mean = colours.reduce((sum, colour) => sum + grey(colour), 0) / AREA;
    const view = augmented({ jitter: { contrast: 0.4 } }, 3, form);
    const factor = (view[1]! - mean) / (colours[1]![0]! - mean);
    colours.forEach((colour, i) => {
      expectClose(
        Float32Array.from(at(view, i)),
        colour.map((value) => mean + factor * (value - mean)),
      );
    });
  });

  it.each<[string, (probability: number) => Augmentation, Augmentation, number]>([
    ['jitter', (probability) => ({ jitter: { probability, brightness: 0.4 } }), { jitter: { brightness: 0.4 } }, 1],
    ['blur', (probability) => ({ blur: { probability, sigma: [1, 2] } }), { blur: { sigma: [1, 2] } }, 0.5],
  ])('%s changes as many pictures as its probability says', (_, withProbability, byDefault, probability) => {
    const plain = augmented({}, 1, form);
    const changed = (augmentation: Augmentation) =>
      Array.from({ length: 40 }, (_, seed) => augmented(augmentation, seed, form)).filter((view) =>
        view.some((value, i) => Math.abs(value - plain[i]!) > 1e-3),
      ).length;
    expect(changed(withProbability(0))).toBe(0);
    expect(changed(withProbability(1))).toBe(40);
    expect(changed(withProbability(0.25))).toBeGreaterThan(2);
    expect(changed(withProbability(0.25))).toBeLessThan(20);
    expect(changed(byDefault)).toBe(changed(withProbability(probability)));
  });

  it('saturation and hue jitter keep the luminance and leave grey alone', () => {
    const flat: Picture = { ...PICTURE, pixels: PICTURE.pixels.map((_, i) => Math.floor(i / 3) * 4) };
    for (let seed = 0; seed < 10; seed++) {
      for (const jitter of [{ saturation: 0.8 }, { hue: 0.5 }]) {
        const view = augmented({ jitter }, seed, form);
        expect(view).not.toEqual(augmented({}, seed, form));
        colours.forEach((colour, i) => {
          expect(grey(at(view, i))).toBeCloseTo(grey(colour), 2);
        });
        expectClose(augmented({ jitter }, seed, form, flat), augmented({}, seed, form, flat));
      }
    }
  });

  it('grayscale leaves the luminance alone', () => {
    const view = augmented({ grayscale: 1 }, 1, form);
    colours.forEach((colour, i) => {
      expectClose(Float32Array.from(at(view, i)), new Array(3).fill(grey(colour)));
    });
  });

  it('contrast and brightness are about the mean, in deviations', () => {
    const plain = augmented({}, 1);
    const view = augmented({ contrast: 0.3, brightness: 0.2 }, 1);
    const factor = (view[1]! - view[0]!) / (plain[1]! - plain[0]!);
    const offset = view[0]! - factor * plain[0]!;
    expect(Math.abs(factor - 1)).toBeLessThan(0.3);
    expect(Math.abs(offset)).toBeLessThan(0.2);
    expectClose(
      view,
      plain.map((value) => value * factor + offset),
    );
  });

  it('channel shift adds one offset a channel', () => {
    const plain = augmented({}, 1);
    const view = augmented({ channelShift: 0.5 }, 1);
    const offsets = [0, 1, 2].map((c) => view[c * AREA]! - plain[c * AREA]!);
    const [r, g, b] = offsets as [number, number, number];
    for (const difference of [r - g, g - b, b - r]) expect(Math.abs(difference)).toBeGreaterThan(0.01);
    for (const offset of offsets) expect(Math.abs(offset)).toBeLessThan(0.5);
    expectClose(
      view,
      plain.map((value, i) => value + offsets[Math.floor(i / AREA)]!),
    );
  });

  it('blur spreads a point as a Gaussian, keeps the total and a flat picture', () => {
    const [side, middle] = [31, 15];
    const point = new Uint8Array(side * side);
    point[middle * side + middle] = 200;
    const gray: PictureForm = { width: side, height: side, channels: 1, mean: [0], deviation: [1] };
    const sigma = 1.5;
    const blurred = (pixels: Uint8Array) =>
      augmented({ blur: { probability: 1, sigma: [sigma, sigma] } }, 1, gray, {
        width: side,
        height: side,
        channels: 1,
        pixels,
      });
    const view = blurred(point);
    expect(view.reduce((sum, value) => sum + value)).toBeCloseTo(200, 2);
    const peak = view[middle * side + middle]!;
    expect(view[middle * side + middle + 2]! / peak).toBeCloseTo(Math.exp(-0.5 * (2 / sigma) ** 2), 4);
    expect(view[(middle + 3) * side + middle]! / peak).toBeCloseTo(Math.exp(-0.5 * (3 / sigma) ** 2), 4);
    expectClose(blurred(new Uint8Array(side * side).fill(80)), new Array(side * side).fill(80));
  });
});
