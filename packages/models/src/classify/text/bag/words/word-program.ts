import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Checkpoints, epochOrder, exportOnnx, fit, serveProgram } from '@vitrine/grad';
import { triangle } from '../../epochs.js';
import { writeArrays } from '../arrays.js';
import { WORD_NETWORK, WORD_TABLE, WordNetwork, type WordNetworkOptions } from './word-network.js';

export interface WordTraining extends WordNetworkOptions {
  /** The vocabulary's number of each feature. */
  readonly numbers: Int32Array;
  /** Rows to learn from. */
  readonly training: Int32Array;
  readonly epochs: number;
  readonly lr: number;
  readonly checkpointDir: string;
  readonly outputDir: string;
  /**
   * One number in shared memory; once it isn't 0 the training ends after the step under way. A thread that is stopped
   * within a step takes the process along.
   */
  readonly stop: Int32Array;
}

/** The methods of the word network's thread. */
export interface WordProgram {
  /** Trains for all epochs, going on from the checkpoint of an interrupted attempt, and writes the two files. */
  readonly train: (_: undefined) => Promise<void>;
  readonly [method: string]: (argument: never) => unknown;
}

serveProgram((job: WordTraining): WordProgram => ({ train: () => train(job) }));

async function train(job: WordTraining): Promise<void> {
  const { numbers, training, epochs, lr, checkpointDir, outputDir } = job;
  const network = await WordNetwork.create(job);
  const { batchSize, table, trainer } = network;
  const stepsPerEpoch = Math.ceil(training.length / batchSize);
  await fit(network, {
    epochs,
    stepsPerEpoch,
    lr: (step) => lr * triangle(step / (epochs * stepsPerEpoch)),
    async *batches(number, from) {
      const order = epochOrder(training, job.seed, number);
      for (let start = from * batchSize; start < order.length; start += batchSize) {
        if (Atomics.load(job.stop, 0)) throw new Error('The training was stopped.');
        yield { feeds: order.subarray(start, start + batchSize) };
      }
    },
    // The last epoch is the best: how many there are was settled before.
    validate: async (epoch) => epoch,
    checkpoints: await Checkpoints.open(checkpointDir, { keep: 1 }),
  });
  await writeFile(join(outputDir, WORD_NETWORK), exportOnnx(trainer, { outputs: ['logits'] }));
  await writeArrays(join(outputDir, WORD_TABLE), {
    numbers: { shape: [numbers.length], data: numbers },
    table: { shape: [table.rows, table.dim], data: table.weight },
  });
  await trainer.release();
}
