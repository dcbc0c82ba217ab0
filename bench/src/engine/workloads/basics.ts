import {
  adam,
  conv2d,
  createTrainer,
  Graph,
  linear,
  matmul,
  relu,
  softmaxCrossEntropy,
  sum,
  toModel,
} from '@vitrine/grad';
import { exported, running } from './inference.js';
import { uniform } from './inputs.js';
import { SESSION, type Work } from './work.js';

const ORDER = 1024;

/** The product of two square matrices. */
export async function matrixProduct(): Promise<Work> {
  const graph = new Graph();
  const y = matmul(graph.input('a', [ORDER, ORDER]), graph.input('b', [ORDER, ORDER]));
  return running(toModel(graph, { y }), { a: uniform(ORDER ** 2), b: uniform(ORDER ** 2) });
}

/** A 3 × 3 convolution of 64 to 64 channels over 8 pictures of 56 × 56. */
export async function convolution(): Promise<Work> {
  const model = await exported(({ scope, input }) => {
    const y = conv2d(scope, input('x', [64, 56, 56]), 64, 3, { padding: 1 });
    return { loss: sum(y), outputs: { y } };
  });
  return running(model, { x: uniform(8 * 64 * 56 * 56) });
}

/** One step of a perceptron 784-1024-1024-10 with Adam, 128 examples. */
export async function perceptronStep(): Promise<Work> {
  const trainer = await createTrainer({
    seed: 1,
    batchSize: 128,
    optimizer: adam(),
    session: SESSION,
    build: ({ scope, input }) => {
      const first = relu(linear(scope.child(0), input('x', [784]), 1024));
      const second = relu(linear(scope.child(1), first, 1024));
      return { loss: softmaxCrossEntropy(linear(scope.child(2), second, 10), input('label', [], 'int32')) };
    },
  });
  const feeds = { x: uniform(128 * 784), label: Int32Array.from({ length: 128 }, (_, i) => i % 10) };
  return () => trainer.step(feeds, { lr: 1e-3 });
}
