interface Node {
  name: string;
  needs: readonly string[];
}

export interface Placed<Step> {
  step: Step;
  /** From the top. */
  row: number;
  /** Middle of its box, from the left: 0 … 1. */
  x: number;
}

export interface Line {
  key: string;
  from: Placed<unknown>;
  to: Placed<unknown>;
}

/** Each step below all that it needs, those of one depth beside each other; a line for every need. */
export function layOut<Step extends Node>(
  steps: readonly Step[],
): { placed: Placed<Step>[]; lines: Line[]; rows: number } {
  const byName = new Map(steps.map((step) => [step.name, step]));
  const depths = new Map<string, number>();
  const depthOf = ({ name, needs }: Node): number => {
    const known = depths.get(name);
    if (known !== undefined) return known;
    const above = needs.flatMap((need) => byName.get(need) ?? []).map(depthOf);
    const depth = above.length ? Math.max(...above) + 1 : 0;
    depths.set(name, depth);
    return depth;
  };
  const rows = 1 + Math.max(-1, ...steps.map(depthOf));
  const placed = [...Array(rows).keys()].flatMap((row) => {
    const beside = steps.filter((step) => depthOf(step) === row);
    return beside.map((step, at): Placed<Step> => ({ step, row, x: (at + 0.5) / beside.length }));
  });
  const lines = placed.flatMap((to) =>
    to.step.needs.flatMap((need): Line[] => {
      const from = placed.find(({ step }) => step.name === need);
      return from ? [{ key: `${need} ${to.step.name}`, from, to }] : [];
    }),
  );
  return { placed, lines, rows };
}
