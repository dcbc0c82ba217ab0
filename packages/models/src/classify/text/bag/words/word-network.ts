import {
  adamW,
  type Bags,
  BagTable,
  type Build,
  concat,
  conv2d,
  createRandom,
  createTrainer,
  dropout,
  globalMaxPool,
  layerNorm,
  linear,
  mul,
  relu,
  reshape,
  type StepResult,
  softmaxCrossEntropy,
  sum,
  type Trainer,
  transpose,
} from '@vitrine/grad';
import { labelsOf } from '../../epochs.js';
import { TableNetwork } from '../table-network.js';

/** The network's files: the graph above the table; the table with the vocabulary's numbers of its features. */
export const WORD_NETWORK = 'words.onnx';
export const WORD_TABLE = 'words.safetensors';

/** Words of a listing that are read. */
export const WORDS_READ = 16;
export const WORDS_INPUT = 'words';
const CHANNELS = 128;
/** Neighbouring words that a filter sees at once. */
const WINDOW = 3;
/** Probability with which a word is left out of a training step. */
const WORD_DROPOUT = 0.15;

export interface WordNetworkOptions {
  /** [listings × WORDS_READ]: the features that spell each word, numbered from 0. */
  readonly words: Bags;
  readonly features: number;
  readonly classes: number;
  /** Class of each listing. */
  readonly labels: Int32Array;
  /** Numbers per feature in the table. */
  readonly dim: number;
  readonly hidden: number;
  /** Step size of the table (row-wise Adagrad) over that of the upper layers (AdamW). */
  readonly tableRate: number;
  readonly dropout: number;
  readonly labelSmoothing: number;
  readonly batchSize: number;
  readonly seed: number;
}

/**
 * A convolution over the words in order, each filter's largest answer beside the sum of all words (Kim 2014); a word is
 * the sum of what spells it, so that unknown words have a meaning too (Bojanowski et al. 2017). It reads what stands
 * beside what, which bags do not.
 */
export class WordNetwork extends TableNetwork<WordNetworkOptions> {
  private constructor(
    options: WordNetworkOptions,
    readonly table: BagTable,
    trainer: Trainer,
  ) {
    super(options, trainer);
  }

  static async create(options: WordNetworkOptions): Promise<WordNetwork> {
    const { features, dim, seed, batchSize } = options;
    const table = new BagTable({ rows: Math.max(1, features), dim, seed, deviation: 0.1 });
    const trainer = await createTrainer({
      seed,
      build: build(options),
      batchSize,
      optimizer: adamW({ weightDecay: 0.01 }),
      inputGradients: [WORDS_INPUT],
      parts: { table },
      session: { threads: 1 },
    });
    return new WordNetwork(options, table, trainer);
  }

  async step(batch: Int32Array, { lr }: { readonly lr: number }): Promise<StepResult> {
    const { batchSize, labels, tableRate } = this.options;
    const bags = this.thinned(batch);
    const feeds = { [WORDS_INPUT]: this.table.gather(bags), label: labelsOf(batch, labels, batchSize) };
    const result = await this.trainer.step(feeds, { lr });
    this.table.apply(bags, result.inputGradients[WORDS_INPUT]!, { lr: tableRate * lr });
    return result;
  }

  /** The words of a batch, some left out by chance; rows missing in the last batch are empty. */
  private thinned(batch: Int32Array): Bags {
    const { words, batchSize, seed } = this.options;
    const random = createRandom(seed, 'words', this.trainer.stepsDone);
    const offsets = new Int32Array(batchSize * WORDS_READ + 1);
    const indices: number[] = [];
    for (let at = 0; at < batchSize * WORDS_READ; at++) {
      const row = batch[Math.floor(at / WORDS_READ)];
      if (row !== undefined && random.uniform() >= WORD_DROPOUT) {
        const word = row * WORDS_READ + (at % WORDS_READ);
        for (let entry = words.offsets[word]!; entry < words.offsets[word + 1]!; entry++)
          indices.push(words.indices[entry]!);
      }
      offsets[at + 1] = indices.length;
    }
    return { offsets, indices: Int32Array.from(indices) };
  }
}

function build({ dim, hidden, classes, dropout: p, labelSmoothing }: WordNetworkOptions): Build {
  return ({ scope, input }) => {
    const words = input(WORDS_INPUT, [WORDS_READ, dim]);
    const inOrder = transpose(dropout(scope, words, p), [0, 2, 1]);
    const filters = conv2d(scope.child('filters'), reshape(inOrder, [-1, dim, 1, WORDS_READ]), CHANNELS, [1, WINDOW]);
    const largest = reshape(globalMaxPool(relu(filters)), [-1, CHANNELS]);
    const all = mul(sum(words, [1]), 1 / Math.sqrt(WORDS_READ));
    const normal = dropout(scope, layerNorm(scope.child('norm'), concat([all, largest], 1)), p);
    const inner = dropout(scope, relu(linear(scope.child('hidden'), normal, hidden)), p);
    const logits = linear(scope.child('out'), inner, classes);
    const label = input('label', [], 'int32');
    return { loss: softmaxCrossEntropy(logits, label, { labelSmoothing }), outputs: { logits } };
  };
}
