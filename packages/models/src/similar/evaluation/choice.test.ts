import { describe, expect, it } from 'vitest';
import { bestChoice, type Choice, USUAL } from './choice.js';

/** What is reached where shared looks are worth so much more, and edges and the last stage each so much. */
function worth(shared: number, edges: number, pooled: number) {
  return async (choice: Choice) => Number(choice.shared) * shared + choice.blend[0] * edges + choice.blend[2] * pooled;
}

describe('the choice of a readout', () => {
  it('is the usual where none reaches more', async () => {
    expect(await bestChoice(async () => 1)).toEqual(USUAL);
  });

  it('takes what neighbours share where that reaches more, with the blend that reaches most', async () => {
    expect(await bestChoice(worth(0.5, 0.1, 0.2))).toEqual({ shared: true, blend: [2, 1, 3] });
    expect(await bestChoice(worth(-0.5, 0.2, -0.1))).toEqual({ shared: false, blend: [3, 1, 0] });
  });

  it('settles what is read out before the blend', async () => {
    // Edges and shared looks together are worst, each by itself is good: the blend has to do with what was taken first.
    const reached = async ({ shared, blend }: Choice) => (shared ? 10 - blend[0] : blend[0] / 10);
    const { shared, blend } = await bestChoice(reached);
    expect([shared, blend[0]]).toEqual([true, 0]);
  });
});
