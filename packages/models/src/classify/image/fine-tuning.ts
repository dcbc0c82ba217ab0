import {
  GradError,
  type InputRecipe,
  importWeights,
  layerWiseDecay,
  type ParameterGroup,
  type Trainer,
} from '@vitrine/grad';
import { ConfigError } from '../../errors.js';
import { architectureOf, type ImageBackbone } from '../../pictures/backbones.js';
import type { PictureFrame } from '../../pictures/picture.js';
import type { ImageConfig } from './config.js';

/** How a training starts from weights that were learnt elsewhere. */
export interface FineTuning {
  readonly weights: string;
  /** The part of the weights that goes with other classes. */
  readonly head: string;
  /** What is frozen, and how fast the rest learns. */
  readonly groups: readonly ParameterGroup[];
  /** What the weights expect of pictures. */
  readonly input: InputRecipe;
}

/** The side of pictures when nothing is said: half of what most weights saw, at a quarter of the time. */
const SIDE = 112;
/** The learning rate of a stage relative to the next, when nothing is said. */
const STAGE_DECAY = 0.85;

/** Colour, whatever the pictures hold: the weights know nothing else. */
export function pretrainedFrame({ size = SIDE, fit = 'contain' }: ImageConfig): PictureFrame {
  return { width: size, height: size, channels: 3, fit };
}

/** @throws ConfigError when settings do not go together. */
export function fineTuningOf(backbone: ImageBackbone, config: ImageConfig): { fineTuning?: FineTuning } {
  const { weights, width = 1, freeze = 0, stageDecay = STAGE_DECAY } = config;
  if (weights === undefined) {
    const idle = (['freeze', 'stageDecay'] as const).find((key) => config[key] !== undefined);
    if (idle) throw unusable(`image.${idle}`, 'only means something with model.weights; set that too');
    return {};
  }
  const architecture = architectureOf(backbone);
  if (!architecture) {
    throw unusable(
      'model.weights',
      `does not go with the backbone "${backbone}"; choose one of torchvision, such as resnet18`,
    );
  }
  if (width !== 1)
    throw unusable('image.width', 'must be left at 1 with model.weights, whose layers have a fixed width');
  const { stages, head, input } = architecture;
  const frozen = stages.slice(0, freeze).flat();
  const groups = [
    ...layerWiseDecay(stages.slice(freeze), stageDecay),
    ...frozen.map((match) => ({ match, frozen: true })),
  ];
  return { fineTuning: { weights, head, groups, input } };
}

/** Gives the network the weights it starts from; the classifier keeps its own. @throws ConfigError when they do not fit. */
export async function startFromWeights(trainer: Trainer, { weights, head }: FineTuning): Promise<void> {
  try {
    trainer.setWeights(await importWeights(weights, trainer.weights(), { skip: [head] }));
  } catch (error) {
    if (error instanceof GradError) throw unusable('model.weights', `is not usable: ${error.message}`);
    throw error;
  }
}

function unusable(key: string, why: string): ConfigError {
  return new ConfigError(`The setting "${key}" ${why.replace(/\.$/, '')}.`, { key });
}
