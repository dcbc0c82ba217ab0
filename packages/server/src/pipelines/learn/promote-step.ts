import type { Registry } from '../../registry/registry.js';
import { asSentence, type LearnStep, outputOf } from './outputs.js';

/** Puts the model that won into production. */
export function promoteStep(registry: Pick<Registry, 'promote'>): LearnStep<'promote'> {
  return {
    ...{ name: 'promote', title: 'Promote', needs: ['gate'] },
    skip({ promote }, outputs) {
      if (!promote) return 'Promoting was not asked for; the model is a candidate.';
      const { passed, reason } = outputOf(outputs, 'gate');
      if (passed) return undefined;
      const isFirst = outputs.evaluate?.productionId === null;
      return asSentence(`${isFirst ? 'The model stays a candidate' : 'The version in production stays'}: ${reason}`);
    },
    async run({ outputs, by, log, link }) {
      const { modelId } = outputOf(outputs, 'train');
      const compared = outputOf(outputs, 'evaluate');
      const { id, task, version } = await registry.promote(modelId, { by, compared });
      await link({ kind: 'model', id, title: `${task}@${version}` });
      await log(`${task}@${version} is in production.`);
      return { modelId: id, version };
    },
  };
}
