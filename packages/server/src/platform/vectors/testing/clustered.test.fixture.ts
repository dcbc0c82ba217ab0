export interface ClusteredEntry {
  id: string;
  vector: Float32Array;
  filter: { categories: string[]; price: number };
}

/** @returns a vector of length 1 in the same direction */
export function unit(values: readonly number[]): Float32Array {
  const length = Math.hypot(...values);
  return Float32Array.from(values, (value) => value / length);
}

/**
 * Vectors scattered around overlapping centres, with prices 1 to 100 and categories that hold every second, tenth and
 * fiftieth of them; and questions drawn alike.
 */
export function clusteredVectors(options: { count: number; dimension: number; queries: number; seed: number }): {
  entries: ClusteredEntry[];
  queries: Float32Array[];
} {
  const { count, dimension } = options;
  const uniform = uniforms(options.seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  const centres = Array.from({ length: Math.ceil(count / 50) }, () => Array.from({ length: dimension }, normal));
  const draw = () => {
    const centre = centres[Math.floor(uniform() * centres.length)] ?? [];
    return unit(centre.map((value) => value + normal()));
  };
  const shares = { half: 2, tenth: 10, rare: 50 };
  const entries = Array.from({ length: count }, (_, index) => ({
    id: `p${index}`,
    vector: draw(),
    filter: {
      categories: Object.entries(shares).flatMap(([name, every]) => (index % every === 0 ? [name] : [])),
      price: 1 + Math.floor(uniform() * 100),
    },
  }));
  return { entries, queries: Array.from({ length: options.queries }, draw) };
}

/** Numbers in [0, 1), the same for the same seed (Park and Miller's generator). */
function uniforms(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
