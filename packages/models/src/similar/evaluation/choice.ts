/** How much edges, the stages on a grid and the last stage averaged count. */
type Blend = readonly [edges: number, stages: number, pooled: number];

/** What is read out of features: how much of each part, and whether what neighbours share or what varies most. */
export interface Choice {
  readonly blend: Blend;
  readonly shared: boolean;
}

/** What is taken where nothing tells what is best. */
export const USUAL: Choice = { blend: [3, 1, 2], shared: false };
/** Other blends: the more a training has taught the network, the more its last stage is worth. */
const BLENDS: readonly Blend[] = [
  [3, 1, 0],
  [2, 1, 3],
  [1, 1, 3],
  [0, 0, 1],
];

/** The choice that reaches most: first whether it is of what is shared, then the blend; of equals the earlier. */
export async function bestChoice(reached: (choice: Choice) => Promise<number>): Promise<Choice> {
  let [best, most] = [USUAL, await reached(USUAL)];
  const consider = async (choice: Choice) => {
    const other = await reached(choice);
    if (other > most) [best, most] = [choice, other];
  };
  await consider({ ...USUAL, shared: true });
  const { shared } = best;
  for (const blend of BLENDS) await consider({ blend, shared });
  return best;
}
