import { setTimeout as sleep } from 'node:timers/promises';
import { VitrineError } from '@vitrine/models';
import { type LearnStep, outputOf } from './outputs.js';

/** How far the index of the catalogue’s photos is. */
export interface IndexStanding {
  state: 'none' | 'building' | 'ready' | 'failed';
  /** Whose vectors answer searches. */
  model: { id: string } | null;
  /** The model that photos are being embedded by. */
  next: { model: { id: string }; done: number; total: number; secondsLeft: number | null } | null;
  embedded: number;
  failed: number;
}

const LOOK_MS = 500;

/** Waits until searches are answered by the new model’s vectors of the whole catalogue. */
export function indexStep(
  standing: (() => Promise<IndexStanding>) | undefined,
  isInProduction: (modelId: string) => Promise<boolean>,
): LearnStep<'index'> {
  return {
    ...{ name: 'index', title: 'Index the catalogue', needs: ['promote'] },
    skip({ task }, { promote }) {
      if (task !== 'similar' || !standing) return `The task ${task} has no index.`;
      return promote ? undefined : 'The index stays: the version in production is the same.';
    },
    async run({ outputs, signal, progress, log }) {
      const { modelId } = outputOf(outputs, 'promote');
      for (;;) {
        const now = await standing?.();
        if (now?.model?.id === modelId) {
          await log(`${now.embedded} photos are indexed.`);
          if (now.failed > 0) await log(`${now.failed} photos can’t be read.`, 'warn');
          return { embedded: now.embedded, failed: now.failed };
        }
        if (now?.state === 'failed') throw new VitrineError('index.failed', 'The index could not be built.', 500);
        if (!(await isInProduction(modelId)))
          throw new VitrineError('index.replaced', 'Another version went into production meanwhile.', 409);
        if (now?.next?.model.id === modelId) {
          const { done, total, secondsLeft } = now.next;
          const left = secondsLeft === null ? {} : { secondsLeft };
          progress({ fraction: done / Math.max(1, total), message: `${done} of ${total} photos`, ...left });
        }
        await sleep(LOOK_MS, undefined, { signal });
      }
    },
  };
}
