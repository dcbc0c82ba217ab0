/** From how many vectors on a graph answers, and when it is built anew. */
export class GraphPolicy {
  /**
   * @param limits.graphFrom vectors; one that shrinks keeps its graph until a quarter below, so that none comes and goes
   * @param limits.newcomers vectors not in the graph that are compared one by one at most, or a tenth of it
   */
  constructor(private readonly limits = { graphFrom: 20_000, newcomers: 10_000 }) {}

  /** Vectors that are compared one by one without a thought. */
  get few(): number {
    return this.limits.newcomers;
  }

  /** @param graph rows it holds, and keys it was built with */
  decide(size: number, graph: { live: number; given: number } | undefined): 'build' | 'drop' | 'keep' {
    const { graphFrom, newcomers } = this.limits;
    if (!graph) return size >= graphFrom ? 'build' : 'keep';
    if (size < graphFrom * 0.75) return 'drop';
    const isBehind = size - graph.live > Math.max(newcomers, graph.given / 10);
    const isStale = graph.given - graph.live > Math.max(newcomers, graph.given / 5);
    return isBehind || isStale ? 'build' : 'keep';
  }
}
