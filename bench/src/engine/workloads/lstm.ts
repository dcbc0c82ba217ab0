import { adam, createTrainer, embedding, linear, lstm, softmaxCrossEntropy } from '@vitrine/grad';
import { words } from './inputs.js';
import { SESSION, type Work } from './work.js';

const [BATCH, TIME, HIDDEN, VOCABULARY, CLASSES] = [32, 64, 128, 5000, 27];

/** One step of a text classifier with Adam: word vectors, an LSTM over them, a linear layer on its last state. */
export async function lstmStep(): Promise<Work> {
  const trainer = await createTrainer({
    seed: 1,
    batchSize: BATCH,
    optimizer: adam(),
    session: SESSION,
    build: ({ scope, input }) => {
      const x = embedding(scope.child('embedding'), input('words', [TIME], 'int32'), { rows: VOCABULARY, dim: HIDDEN });
      const { final } = lstm(scope.child('lstm'), x, { size: HIDDEN });
      const logits = linear(scope.child('out'), final, CLASSES);
      return { loss: softmaxCrossEntropy(logits, input('label', [], 'int32')) };
    },
  });
  const feeds = {
    words: words(BATCH * TIME, VOCABULARY),
    label: Int32Array.from({ length: BATCH }, (_, i) => i % CLASSES),
  };
  return () => trainer.step(feeds, { lr: 1e-3 });
}
