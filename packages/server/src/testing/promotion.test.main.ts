/** A process that trains two models, promotes both, and is killed before or after the second promotion is recorded. */
import { type LoopOptions, openLoop } from './loop.test.fixture.js';

const [directory = '', moment, options = '{}'] = process.argv.slice(2);
const { training, registry, served, ended } = await openLoop(directory, JSON.parse(options) as LoopOptions);
const train = async () => {
  const { id } = await training.start(
    { task: 'classify', dataset: 'test', config: { epochs: 1 }, promote: false },
    null,
  );
  return (await ended(id)).modelId ?? '';
};
await registry.promote(await train(), { by: null });
const second = await train();
const swap = served.swap.bind(served);
served.swap = (model, place, commit) =>
  swap(model, place, async () => {
    if (moment === 'before') process.kill(process.pid, 'SIGKILL');
    await commit?.();
    process.kill(process.pid, 'SIGKILL');
  });
await registry.promote(second, { by: null });
