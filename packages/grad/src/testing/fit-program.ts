import { join } from 'node:path';
import { Checkpoints } from '../checkpoint/checkpoints.js';
import { DataLoader } from '../loading/data-loader.js';
import { epochOrder } from '../loading/order.js';
import { softmaxCrossEntropy } from '../losses/cross-entropy.js';
import { batchNorm } from '../nn/batch-norm.js';
import { conv2d } from '../nn/conv2d.js';
import { dropout } from '../nn/dropout.js';
import { linear } from '../nn/linear.js';
import { globalAveragePool } from '../ops/average-pool.js';
import { relu } from '../ops/relu.js';
import { adagrad } from '../optim/adagrad.js';
import { adamW } from '../optim/adam.js';
import { lars } from '../optim/lars.js';
import { cosine } from '../optim/schedule.js';
import { fit } from '../training/fit.js';
import { createTrainer, type TrainerOptions } from '../training/trainer.js';

/** A training in a process of its own, in the directory given, that tells its losses: to be killed by the tests. */
const [directory, kind] = process.argv.slice(2);
const [SEED, BATCH, PICTURES, EPOCHS] = [3, 8, 60, 3];
const STEPS = Math.floor(PICTURES / BATCH);

/** What is updated where: on the host, averages too; in the graph; in a graph of its own, from the sums of two parts. */
const KINDS: Readonly<Record<string, Partial<TrainerOptions>>> = {
  plain: {},
  averaged: { averageDecay: 0.9 },
  'in the graph': { optimizer: lars(), averageDecay: 0.9 },
  accumulated: { accumulate: 2, optimizer: adagrad({ rowWise: true }) },
};

const module = new URL('./drawn-pictures-source.js', import.meta.url);
const loader = await DataLoader.open({ module, options: {}, batchSize: BATCH, seed: SEED, threads: 2 });
const trainer = await createTrainer({
  seed: SEED,
  batchSize: BATCH,
  optimizer: adamW(),
  clipNorm: 1,
  ...KINDS[kind!],
  session: { threads: 1 },
  build: ({ scope, input }) => {
    const convolved = conv2d(scope.child('conv'), input('pictures', [3, 8, 8]), 8, 3, { bias: false });
    const features = dropout(scope, globalAveragePool(relu(batchNorm(scope.child('bn'), convolved))), 0.2);
    const logits = linear(scope.child('head'), features, 2);
    return { loss: softmaxCrossEntropy(logits, input('labels', [], 'int32')), outputs: { logits } };
  },
});
const result = await fit(trainer, {
  epochs: EPOCHS,
  stepsPerEpoch: STEPS,
  lr: cosine(0.01, EPOCHS * STEPS),
  batches: (epoch, from) => loader.batches(epochOrder(PICTURES, SEED, epoch), { epoch, from }),
  async validate(epoch) {
    for await (const { feeds } of loader.batches(epochOrder(PICTURES, SEED, 0), { epoch: -epoch })) {
      return -(await trainer.evaluate(feeds)).loss!;
    }
    throw new Error('There is no batch.');
  },
  checkpoints: await Checkpoints.open(join(directory!, 'checkpoints')),
  checkpointEvery: 3,
  onEvent: (event) => {
    if (event.type === 'step' || event.type === 'resumed') process.send!(event);
  },
});
const weights = [...trainer.weights()].map(([name, { data }]) => [name, [...data]]);
process.send!({ type: 'done', result, weights, steps: trainer.stepsDone }, () => process.disconnect());
await Promise.all([loader.close(), trainer.release()]);
