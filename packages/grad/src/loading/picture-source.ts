import { GradError } from '../errors.js';
import type { Random } from '../random.js';
import { requireCounts } from '../ranges.js';
import { augmentPicture } from './augment-picture.js';
import type { Augmentation } from './augmentation.js';
import { checkAugmentation } from './check-augmentation.js';
import type { Example, ExampleSource, Field } from './example-source.js';
import { checkForm, type Picture, type PictureForm } from './picture.js';

export interface PictureSourceOptions {
  readonly form: PictureForm;
  /** Decodes picture `index`, at about the size it is seen at. */
  readonly decode: (index: number) => Picture | Promise<Picture>;
  /** Default: none, as for evaluation. */
  readonly augmentation?: Augmentation;
  /** Views of each picture, each varied by itself; two for contrastive learning. Default 1. */
  readonly views?: number;
  /** Also write `masks`. Default false. */
  readonly masks?: boolean;
  /** The class of picture `index`, an integer of 32 bits, as the field `labels`. */
  readonly label?: (index: number) => number;
}

/**
 * Pictures as a network takes them: `pictures` [channels, height, width], or [views, channels, height, width] for
 * several views; `masks` [height, width] of class numbers, or [views, height, width]; `labels` [].
 * Throws `feed` for a form, an augmentation or views out of range, and on loading a picture whose label is no integer
 * of 32 bits.
 */
export function pictureSource(options: PictureSourceOptions): ExampleSource {
  const { form, decode, augmentation = {}, views = 1, masks = false, label } = options;
  checkForm(form);
  checkAugmentation(augmentation);
  requireCounts('feed', { views });
  const plane = [form.height, form.width];
  const several = views === 1 ? [] : [views];
  const fields: Record<string, Field> = {
    pictures: { dtype: 'float32', shape: [...several, form.channels, ...plane] },
  };
  if (masks) fields.masks = { dtype: 'int32', shape: [...several, ...plane] };
  if (label) fields.labels = { dtype: 'int32', shape: [] };
  return {
    fields,
    async load(index: number, random: Random, example: Example): Promise<void> {
      if (label) example.labels!.fill(labelOf(index, label));
      const picture = await decode(index);
      const pictures = example.pictures as Float32Array;
      const classes = example.masks as Int32Array | undefined;
      for (let view = 0; view < views; view++) {
        const mask = classes && viewOf(classes, view, views);
        augmentPicture(picture, form, augmentation, random, viewOf(pictures, view, views), mask);
      }
    },
  };
}

function labelOf(index: number, label: (index: number) => number): number {
  const value = label(index);
  if (value === (value | 0)) return value;
  throw new GradError('feed', `The label of picture ${index} is ${value}; it must be an integer of 32 bits.`);
}

function viewOf<Values extends Float32Array | Int32Array>(values: Values, view: number, views: number): Values {
  const size = values.length / views;
  return values.subarray(view * size, (view + 1) * size) as Values;
}
