import { meanSquaredError } from '../losses/mean-squared-error.js';
import { linear } from '../nn/linear.js';
import { adam } from '../optim/adam.js';
import { serveProgram } from '../runtime/serve-program.js';
import { createTrainer } from '../training/trainer.js';

/** A training in a worker thread, as an application would host it: for the tests of the protocol. */
export interface TrainerProgram {
  readonly train: (argument: { x: Float32Array; y: Float32Array; steps: number }) => Promise<number>;
  readonly crash: (argument: null) => void;
  /** Answers with what cannot leave its thread. */
  readonly method: (argument: null) => () => void;
  readonly [method: string]: (argument: never) => unknown;
}

serveProgram(async ({ seed }: { seed: number }): Promise<TrainerProgram> => {
  const trainer = await createTrainer({
    seed,
    batchSize: 4,
    optimizer: adam(),
    session: { threads: 1 },
    build: ({ scope, input }) => ({ loss: meanSquaredError(linear(scope, input('x', [2]), 1), input('y', [1])) }),
  });
  return {
    async train({ x, y, steps }) {
      let loss = 0;
      for (let step = 0; step < steps; step++) ({ loss } = await trainer.step({ x, y }, { lr: 0.1 }));
      return loss;
    },
    crash() {
      setImmediate(() => {
        throw new Error('out of luck');
      });
      return new Promise(() => {});
    },
    method: () => () => {},
  };
});
