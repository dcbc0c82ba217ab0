import { taskNamed } from '@vitrine/models';
import { comparisonText, gateRefusal } from '../../registry/gate.js';
import { asSentence, type LearnStep, outputOf } from './outputs.js';

/** Decides whether the new model goes into production. That it does not is a result, not a failure. */
export function gateStep(): LearnStep<'gate'> {
  return {
    ...{ name: 'gate', title: 'Decide', needs: ['evaluate'] },
    async run({ input, outputs, log }) {
      const comparison = outputOf(outputs, 'evaluate');
      const passed = gateRefusal(taskNamed(input.task), comparison) === undefined;
      const reason = comparison.objection ?? comparisonText(comparison);
      await log(asSentence(`${passed ? 'It may go into production' : 'It stays a candidate'}: ${reason}`));
      return { passed, reason };
    },
  };
}
