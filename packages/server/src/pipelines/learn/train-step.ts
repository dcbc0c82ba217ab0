import type { Run } from '../../runs/store.js';
import type { Training } from '../../training/training.js';
import { datasetOf, type LearnStep } from './outputs.js';
import { succeeded } from './waiting.js';

/** Trains: an ordinary run, which the next attempt resumes from its checkpoint. */
export function trainStep(
  training: Pick<Training, 'start' | 'resume' | 'cancel'>,
  findRun: (id: string) => Promise<Run>,
): LearnStep<'train'> {
  return {
    ...{ name: 'train', title: 'Train', needs: ['check'] },
    async run({ input, by, signal, progress, log, link, lasting }) {
      const { task, config, seed } = input;
      const begin = (once: string) =>
        training.start({ task, dataset: datasetOf(input), config, seed, promote: false, once }, by);
      const onLook = ({ fraction, message, secondsLeft }: Run) =>
        progress({ fraction, message, ...(secondsLeft === null ? {} : { secondsLeft }) });
      const run = await lasting(
        async (id, failed) => {
          const { id: runId, number } = await (failed === undefined ? begin(id) : training.resume(failed, by));
          await link({ kind: 'run', id: runId, title: `Run ${number}` });
          await log(failed === undefined ? `Run #${number} has begun.` : `Run #${number} goes on.`);
          return runId;
        },
        (id) => succeeded(() => findRun(id), { signal, onLook }, 'The run'),
      );
      for (const [name, value] of Object.entries(run.metrics ?? {}))
        if (name === run.primaryMetric) await log(`${name} ${value.toFixed(4)} on the test split.`);
      return { runId: run.id, modelId: run.modelId ?? '' };
    },
    cancel: (run) => training.cancel(run),
  };
}
