import {
  adamW,
  add,
  type Bags,
  BagTable,
  type Build,
  createRandom,
  createTrainer,
  dropout,
  layerNorm,
  linear,
  log,
  mul,
  relu,
  type Scope,
  type StepResult,
  softmax,
  softmaxCrossEntropy,
  type Tensor,
  type Trainer,
} from '@vitrine/grad';
import type { SparseRows } from '../encoding/sparse.js';
import type { Vocabulary } from '../encoding/vocabulary.js';
import { labelsOf } from '../epochs.js';
import { TableNetwork } from './table-network.js';

/** What a network reads of a listing: its word features, or those of its characters too. */
export type FeatureRange = 'words' | 'all';

export interface BagNetworkOptions {
  readonly vocabulary: Pick<Vocabulary, 'words' | 'size'>;
  readonly classes: number;
  readonly rows: SparseRows;
  /** Class of each row. */
  readonly labels: Int32Array;
  /** Networks trained side by side on the same batches, each with its own table, weights and dropout; averaged. */
  readonly members: readonly FeatureRange[];
  /** Numbers per feature in a table. */
  readonly dim: number;
  readonly hidden: number;
  /** Step size of the tables (row-wise Adagrad) over that of the upper layers (AdamW). */
  readonly tableRate: number;
  readonly dropout: number;
  /** Probability with which a feature of a listing is left out of a training step. */
  readonly featureDropout: number;
  readonly labelSmoothing: number;
  readonly batchSize: number;
  readonly seed: number;
  readonly threads: number;
}

const SMALLEST_PROBABILITY = 1e-7;

/**
 * Networks over bags of hashed features: tf-idf weighted sum of embeddings, layer norm, one hidden layer (the idea
 * of fastText, Joulin et al. 2016, made deeper). The tables live on the host, the rest is one graph.
 */
export class BagNetwork extends TableNetwork<BagNetworkOptions> {
  private constructor(
    options: BagNetworkOptions,
    readonly tables: readonly BagTable[],
    trainer: Trainer,
  ) {
    super(options, trainer);
  }

  static async create(options: BagNetworkOptions): Promise<BagNetwork> {
    const { members, vocabulary, dim, seed, batchSize, threads } = options;
    const tables = members.map((range, m) => {
      const rows = Math.max(1, range === 'words' ? vocabulary.words : vocabulary.size);
      return new BagTable({ rows, dim, seed: seed + m, deviation: 0.03 });
    });
    const trainer = await createTrainer({
      seed,
      build: buildHeads(options),
      batchSize,
      optimizer: adamW({ weightDecay: 0.01 }),
      inputGradients: tables.map((_, m) => bagName(m)),
      parts: Object.fromEntries(tables.map((table, m) => [`table${m}`, table])),
      session: { threads },
    });
    return new BagNetwork(options, tables, trainer);
  }

  async step(batch: Int32Array, { lr }: { readonly lr: number }): Promise<StepResult> {
    const { batchSize, labels, tableRate } = this.options;
    const bags = this.tables.map((_, m) => this.thinned(batch, m));
    const feeds = Object.fromEntries(this.tables.map((table, m) => [bagName(m), table.gather(bags[m]!)]));
    const result = await this.trainer.step({ ...feeds, label: labelsOf(batch, labels, batchSize) }, { lr });
    this.tables.forEach((table, m) => {
      table.apply(bags[m]!, result.inputGradients[bagName(m)]!, { lr: tableRate * lr });
    });
    return result;
  }

  /** Log-probabilities [rows × classes] of the averaged members. */
  async predict(rows: Int32Array): Promise<Float32Array> {
    const { classes, rows: matrix } = this.options;
    const scores = new Float32Array(rows.length * classes);
    for (let start = 0; start < rows.length; start += CHUNK) {
      const chunk = rows.subarray(start, start + CHUNK);
      const feeds = Object.fromEntries(
        this.tables.map((table, m) => [bagName(m), table.gather(bagsOf(matrix, chunk, this.options.members[m]!))]),
      );
      scores.set((await this.trainer.evaluate(feeds)).outputs.logProbability!, start * classes);
    }
    return scores;
  }

  /** The features of a batch, some left out by chance; rows missing in the last batch are empty. */
  private thinned(batch: Int32Array, member: number): Bags {
    const { rows, members, featureDropout, batchSize, seed } = this.options;
    const random = createRandom(seed, 'features', member, this.trainer.stepsDone);
    const full = bagsOf(rows, batch, members[member]!);
    const offsets = new Int32Array(batchSize + 1);
    const indices = new Int32Array(full.indices.length);
    const weights = new Float32Array(full.indices.length);
    let used = 0;
    for (let i = 0; i < batchSize; i++) {
      if (i < batch.length) {
        for (let entry = full.offsets[i]!; entry < full.offsets[i + 1]!; entry++) {
          if (random.uniform() < featureDropout) continue;
          indices[used] = full.indices[entry]!;
          weights[used++] = full.weights[entry]! / (1 - featureDropout);
        }
      }
      offsets[i + 1] = used;
    }
    return { offsets, indices: indices.subarray(0, used), weights: weights.subarray(0, used) };
  }
}

const CHUNK = 512;

export const bagName = (member: number) => `bag${member}`;

/** The features of some rows as bags. */
export function bagsOf(
  { offsets, middles, indices, values }: SparseRows,
  rows: Int32Array,
  range: FeatureRange,
): Bags & { weights: Float32Array } {
  const endOf = (row: number) => (range === 'words' ? middles[row]! : offsets[row + 1]!);
  const ends = new Int32Array(rows.length + 1);
  rows.forEach((row, i) => {
    ends[i + 1] = ends[i]! + endOf(row) - offsets[row]!;
  });
  const bags = { offsets: ends, indices: new Int32Array(ends.at(-1)!), weights: new Float32Array(ends.at(-1)!) };
  rows.forEach((row, i) => {
    bags.indices.set(indices.subarray(offsets[row], endOf(row)), ends[i]);
    bags.weights.set(values.subarray(offsets[row], endOf(row)), ends[i]);
  });
  return bags;
}

/** The part above the tables: from one bag per member to the mean loss and the averaged log-probability. */
function buildHeads({ members, dim, hidden, classes, dropout: p, labelSmoothing }: BagNetworkOptions): Build {
  return ({ scope, input }) => {
    const logits = members.map((_, m) => head(scope.child(`member${m}`), input(bagName(m), [dim]), hidden, classes, p));
    const label = input('label', [], 'int32');
    const losses = logits.map((each) => softmaxCrossEntropy(each, label, { labelSmoothing }));
    const probability = mul(logits.map((each) => softmax(each)).reduce(add), 1 / members.length);
    return {
      loss: mul(losses.reduce(add), 1 / members.length),
      outputs: { logProbability: log(add(probability, SMALLEST_PROBABILITY)) },
    };
  };
}

function head(scope: Scope, bag: Tensor, hidden: number, classes: number, p: number): Tensor {
  const normal = dropout(scope, layerNorm(scope.child('norm'), bag), p);
  const inner = relu(linear(scope.child('hidden'), normal, hidden));
  return linear(scope.child('out'), dropout(scope, inner, p), classes);
}
