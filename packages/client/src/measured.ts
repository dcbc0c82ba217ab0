/** What the job of an evaluation (`POST /models/{id}/evaluate`) ends with. */
export interface Measured {
  metrics: Record<string, number>;
  figures: Record<string, unknown>;
  /** Whether the version has learnt from rows it was measured on: it does better on them than on any others. */
  learntFrom: boolean;
  /** What was measured on the test split before it learnt from that, where that is what was asked for. */
  recorded: Record<string, number> | null;
}
