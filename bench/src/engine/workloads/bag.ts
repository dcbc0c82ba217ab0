import { adam, BagTable, createTrainer, linear, softmaxCrossEntropy } from '@vitrine/grad';
import { words } from './inputs.js';
import { SESSION, type Work } from './work.js';

const [BATCH, LENGTH, ROWS, DIM, CLASSES] = [128, 64, 100_000, 64, 27];

/** One step of a text classifier with Adam: the mean of word vectors from a large table, a linear layer on it. */
export async function bagStep(): Promise<Work> {
  const table = new BagTable({ rows: ROWS, dim: DIM, seed: 1, optimizer: { kind: 'adam' } });
  const trainer = await createTrainer({
    seed: 1,
    batchSize: BATCH,
    optimizer: adam(),
    session: SESSION,
    inputGradients: ['pooled'],
    build: ({ scope, input }) => {
      const logits = linear(scope, input('pooled', [DIM]), CLASSES);
      return { loss: softmaxCrossEntropy(logits, input('label', [], 'int32')) };
    },
  });
  const indices = words(BATCH * LENGTH, ROWS);
  const bags = {
    indices,
    offsets: Int32Array.from({ length: BATCH + 1 }, (_, i) => i * LENGTH),
    weights: new Float32Array(indices.length).fill(1 / LENGTH),
  };
  const label = Int32Array.from({ length: BATCH }, (_, i) => i % CLASSES);
  return async () => {
    const pooled = table.gather(bags);
    const { inputGradients } = await trainer.step({ pooled, label }, { lr: 1e-3 });
    table.apply(bags, inputGradients.pooled!, { lr: 1e-3 });
  };
}
