import { GradError } from '../errors.js';
import type { Augmentation, ColourJitter, Interval } from './augmentation.js';

const NO_LIMIT = Number.MAX_VALUE;

/** The most each setting may be; the least is 0. */
const MOST: Record<Exclude<keyof Augmentation, 'crop' | 'jitter' | 'blur'>, number> = {
  flip: 1,
  shift: 1,
  zoom: 1,
  contrast: 1,
  brightness: NO_LIMIT,
  channelShift: NO_LIMIT,
  grayscale: 1,
  erase: 1,
};
const MOST_OF_JITTER: Record<keyof ColourJitter, number> = {
  probability: 1,
  brightness: NO_LIMIT,
  contrast: NO_LIMIT,
  saturation: NO_LIMIT,
  hue: 0.5,
};

/** Checks the numbers of an augmentation. Throws `feed` for one out of its range. */
export function checkAugmentation({ crop = {}, jitter = {}, blur = {}, ...single }: Augmentation): void {
  checkEach('', single, MOST);
  checkEach('jitter.', jitter, MOST_OF_JITTER);
  const { area = [1, 1], aspect = [1, 1] } = crop;
  const { probability, sigma = [0, 0] } = blur;
  checkEach('blur.', { probability }, { probability: 1 });
  if (!(rises(area) && area[0] > 0 && area[1] <= 1)) refuse('crop.area', 'two shares above 0 and up to 1', area);
  if (!(rises(aspect) && aspect[0] > 0)) refuse('crop.aspect', 'two numbers above 0', aspect);
  if (!(rises(sigma) && sigma[0] >= 0)) refuse('blur.sigma', 'two numbers from 0 up', sigma);
}

function checkEach<Name extends string>(
  prefix: string,
  settings: { readonly [name in Name]?: number | undefined },
  limits: Readonly<Record<Name, number>>,
): void {
  for (const name in limits) {
    const value = settings[name];
    const most = limits[name];
    if (value === undefined || (value >= 0 && value <= most)) continue;
    refuse(prefix + name, most === NO_LIMIT ? '0 or more' : `from 0 to ${most}`, value);
  }
}

function rises([low, high]: Interval): boolean {
  return Number.isFinite(low) && Number.isFinite(high) && low <= high;
}

function refuse(name: string, range: string, value: number | Interval): never {
  const given = typeof value === 'number' ? `not ${value}` : `the smaller first, not [${value}]`;
  throw new GradError('feed', `${name} must be ${range}, ${given}.`);
}
