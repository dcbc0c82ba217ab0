import { GradError } from '../errors.js';
import type { Random } from '../random.js';
import type { Augmentation } from './augmentation.js';
import { blur } from './blur.js';
import { checkAugmentation } from './check-augmentation.js';
import { type Colour, compose, recolour } from './colour-map.js';
import { drawColours, normalisation } from './draw-colours.js';
import { eraseRectangle } from './erase.js';
import { checkForm, type Picture, type PictureForm } from './picture.js';
import { type Normalisation, resample, resampleMask } from './resample.js';
import { drawWindow } from './window.js';

const AS_BYTES: Normalisation = { bias: [0, 0, 0], scale: [1, 1, 1] };

/**
 * Writes a randomly varied view of a picture, as the network takes it, into `target` `[channels, height, width]`: window,
 * blur, colours, normalisation, erasing. Depends on `random` alone. A mask goes through the same window into `mask`
 * [height, width], taking the nearest pixel, and through nothing else.
 * Throws `feed` when the picture has not the form's channels or another number of bytes than its size says, and for a
 * form or an augmentation out of range.
 */
export function augmentPicture(
  picture: Picture,
  form: PictureForm,
  augmentation: Augmentation,
  random: Random,
  target: Float32Array,
  mask?: Int32Array,
): void {
  checkForm(form);
  checkAugmentation(augmentation);
  checkPicture(picture, form);
  if (mask && !picture.mask) throw new GradError('feed', 'A mask is asked for, but the picture has none.');
  const { channels, mean, deviation } = form;
  const window = drawWindow(picture, augmentation, random);
  if (mask) resampleMask(picture, window, form, mask);
  if (changesColours(augmentation)) {
    resample(picture, window, form, AS_BYTES, target);
    const colours = drawColours(augmentation, form, () => meanOf(target, channels), random);
    const normal = normalisation(form);
    recolour(colours ? compose(colours, normal) : normal, target, channels);
  } else {
    resample(picture, window, form, { bias: mean, scale: deviation.map((d) => 1 / d) }, target);
  }
  const { blur: { probability = 0.5, sigma: [least, most] = [0.1, 2] } = { probability: 0 }, erase = 0 } = augmentation;
  if (probability > 0 && random.uniform() < probability) {
    blur(target, form, least + (most - least) * random.uniform());
  }
  if (random.uniform() < erase) eraseRectangle(target, form, random);
}

function changesColours({ contrast, brightness, channelShift, jitter, grayscale }: Augmentation): boolean {
  return Boolean(contrast || brightness || channelShift || jitter || grayscale);
}

function meanOf(values: Float32Array, channels: 1 | 3): Colour {
  const area = values.length / channels;
  const mean = (channel: number) => {
    let sum = 0;
    for (let i = channel * area; i < (channel + 1) * area; i++) sum += values[i]!;
    return sum / area;
  };
  const red = mean(0);
  return channels === 1 ? [red, red, red] : [red, mean(1), mean(2)];
}

function checkPicture({ width, height, channels, pixels, mask }: Picture, form: PictureForm): void {
  if (channels !== form.channels) {
    throw new GradError('feed', `A picture has ${channels} channels where ${form.channels} are expected.`);
  }
  if (pixels.length !== width * height * channels || pixels.length === 0) {
    throw new GradError('feed', `A picture of ${width} × ${height} × ${channels} holds ${pixels.length} bytes.`);
  }
  if (mask && mask.length !== width * height) {
    throw new GradError('feed', `The mask of a picture of ${width} × ${height} holds ${mask.length} bytes.`);
  }
}
