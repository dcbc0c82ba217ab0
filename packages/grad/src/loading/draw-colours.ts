import type { Random } from '../random.js';
import type { Augmentation, ColourJitter } from './augmentation.js';
import {
  byChannel,
  type Colour,
  type ColourMap,
  compose,
  luminance,
  rotateHue,
  saturate,
  scaleAbout,
} from './colour-map.js';
import type { PictureForm } from './picture.js';

/**
 * The change of colours, in 0–255, that an augmentation draws; undefined when it never changes any. `meanColour` is
 * asked for the picture's mean when contrast is jittered about it.
 */
export function drawColours(
  augmentation: Augmentation,
  form: PictureForm,
  meanColour: () => Colour,
  random: Random,
): ColourMap | undefined {
  const { contrast = 0, brightness = 0, channelShift = 0, jitter, grayscale = 0 } = augmentation;
  const between = (limit: number) => (2 * random.uniform() - 1) * limit;
  const maps: ColourMap[] = [];
  if (contrast > 0 || brightness > 0) maps.push(aboutMean(form, 1 + between(contrast), between(brightness)));
  if (channelShift > 0) maps.push(shiftChannels(form, between, channelShift));
  if (jitter && random.uniform() < (jitter.probability ?? 1)) maps.push(drawJitter(jitter, meanColour, random));
  if (grayscale > 0 && random.uniform() < grayscale) maps.push(saturate(0));
  return maps.length === 0 ? undefined : maps.reduce(compose);
}

/** What makes the bytes of a picture into the network's numbers. */
export function normalisation({ mean, deviation }: PictureForm): ColourMap {
  const factors = ofChannels(deviation.map((value) => 1 / value));
  const [r, g, b] = ofChannels(mean);
  return byChannel(factors, [-r * factors[0], -g * factors[1], -b * factors[2]]);
}

function aboutMean(form: PictureForm, factor: number, brightness: number): ColourMap {
  const [mean, deviation] = [ofChannels(form.mean), ofChannels(form.deviation)];
  const offset = (c: 0 | 1 | 2) => mean[c] * (1 - factor) + brightness * deviation[c];
  return byChannel([factor, factor, factor], [offset(0), offset(1), offset(2)]);
}

function shiftChannels(form: PictureForm, between: (limit: number) => number, most: number): ColourMap {
  const [r, g, b] = ofChannels(form.deviation);
  return byChannel([1, 1, 1], [r * between(most), g * between(most), b * between(most)]);
}

/** torchvision draws the order too; here it makes no difference, as these maps keep grey grey and clamp nothing. */
function drawJitter(jitter: ColourJitter, meanColour: () => Colour, random: Random): ColourMap {
  const { brightness = 0, contrast = 0, saturation = 0, hue = 0 } = jitter;
  const between = (limit: number) => (2 * random.uniform() - 1) * limit;
  const factor = (limit: number) => Math.max(0, 1 + between(limit));
  const pivot = contrast > 0 ? luminance(meanColour()) : 0;
  return [
    scaleAbout(pivot, factor(contrast)),
    scaleAbout(0, factor(brightness)),
    saturate(factor(saturation)),
    rotateHue(between(hue)),
  ].reduce(compose);
}

/** One value for grey pictures stands for all three channels. */
function ofChannels(values: readonly number[]): Colour {
  const [r = 0, g = r, b = r] = values;
  return [r, g, b];
}
