import { bagStep } from './workloads/bag.js';
import { convolution, matrixProduct, perceptronStep } from './workloads/basics.js';
import { inference } from './workloads/inference.js';
import { lstmStep } from './workloads/lstm.js';
import { backbones, pictureStep } from './workloads/pictures.js';
import type { Work } from './workloads/work.js';

/** What our engine runs, by the names in `rows.ts`. */
export const workloads: Readonly<Record<string, () => Promise<Work>>> = {
  'resnet18-64': () => pictureStep(backbones.resnet18, { size: 64, batch: 32 }),
  'resnet18-128': () => pictureStep(backbones.resnet18, { size: 128, batch: 16 }),
  'resnet18-224': () => pictureStep(backbones.resnet18, { size: 224, batch: 8 }),
  'mobilenetv2-128': () => pictureStep(backbones.mobilenetV2, { size: 128, batch: 16 }),
  lstm: lstmStep,
  bag: bagStep,
  'bag-sparse': bagStep,
  'infer-1': () => inference(1),
  'infer-16': () => inference(16),
  matmul: matrixProduct,
  conv: convolution,
  perceptron: perceptronStep,
};
