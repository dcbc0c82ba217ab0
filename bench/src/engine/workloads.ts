import { bagStep } from './workloads/bag.js';
import { convolution, matrixProduct, perceptronStep } from './workloads/basics.js';
import { inference, quantizedInference } from './workloads/inference.js';
import { lstmStep } from './workloads/lstm.js';
import { maskStep, pictureStep } from './workloads/pictures.js';
import { SESSION, type Work } from './workloads/work.js';

/** What our engine runs, by the names in `rows.ts` and `parallel.ts`. */
export const workloads: Readonly<Record<string, () => Promise<Work>>> = {
  'resnet18-64': () => pictureStep('resnet18', 64, 32),
  'resnet18-64-half': () => pictureStep('resnet18', 64, 16, { ...SESSION, threads: 1 }),
  'resnet18-128-half': () => pictureStep('resnet18', 128, 8, { ...SESSION, threads: 1 }),
  'resnet18-128': () => pictureStep('resnet18', 128, 16),
  'resnet18-224': () => pictureStep('resnet18', 224, 8),
  'mobilenetv2-128': () => pictureStep('mobilenet_v2', 128, 16),
  'efficientnet-128': () => pictureStep('efficientnet_b0', 128, 16),
  'unet-256': () => maskStep(256, 4),
  lstm: lstmStep,
  bag: bagStep,
  'bag-sparse': bagStep,
  'infer-1': () => inference(1),
  'infer-16': () => inference(16),
  'infer-1-int8': () => quantizedInference(1),
  'infer-16-int8': () => quantizedInference(16),
  matmul: matrixProduct,
  conv: convolution,
  perceptron: perceptronStep,
};
