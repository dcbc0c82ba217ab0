export interface ClassName {
  code: string;
  name: string;
}

/** Counts by true class (row) and predicted class (column). */
export interface Confusion {
  classes: ClassName[];
  matrix: number[][];
  /** Rows of each true class, those that a part of the matrix leaves out included. */
  support: number[];
}

export interface ClassReport extends ClassName {
  precision: number;
  recall: number;
  f1: number;
  support: number;
}

function classNames(classes: unknown, names: ReadonlyMap<string, string>): ClassName[] {
  if (!Array.isArray(classes)) return [];
  return classes.map((entry) =>
    typeof entry === 'string' ? { code: entry, name: names.get(entry) ?? entry } : (entry as ClassName),
  );
}

/** The figure `confusion`, its classes named where a name is known; null when the figure is something else. */
export function confusionOf(data: unknown, known: ReadonlyMap<string, string>): Confusion | null {
  const { classes, matrix } = (data ?? {}) as { classes?: unknown; matrix?: unknown };
  const names = classNames(classes, known);
  if (names.length === 0 || !Array.isArray(matrix) || matrix.length !== names.length) return null;
  const counts = matrix as number[][];
  return { classes: names, matrix: counts, support: counts.map((row) => row.reduce((sum, count) => sum + count, 0)) };
}

/** Precision, recall and F1 of each class; a ratio without cases counts as 0. */
export function reportOf({ classes, matrix, support: supports }: Confusion): ClassReport[] {
  const ratio = (part: number, whole: number) => (whole === 0 ? 0 : part / whole);
  return classes.map((name, k) => {
    const support = supports[k] ?? 0;
    const predicted = matrix.reduce((sum, row) => sum + (row[k] ?? 0), 0);
    const correct = matrix[k]?.[k] ?? 0;
    return {
      ...name,
      support,
      precision: ratio(correct, predicted),
      recall: ratio(correct, support),
      f1: ratio(2 * correct, support + predicted),
    };
  });
}

/** Of the true class's rows, those that were taken for the other. */
export function shareOf({ matrix, support }: Confusion, row: number, column: number): number {
  return (matrix[row]?.[column] ?? 0) / Math.max(1, support[row] ?? 0);
}

export interface ConfusedPair {
  row: number;
  column: number;
  count: number;
  /** Of the true class's rows. */
  share: number;
}

/** The errors made most often, largest first. */
export function confusedPairs(confusion: Confusion, limit: number): ConfusedPair[] {
  return confusion.matrix
    .flatMap((counts, row) =>
      counts.map((count, column) => ({ row, column, count, share: shareOf(confusion, row, column) })),
    )
    .filter(({ row, column, count }) => row !== column && count > 0)
    .sort((a, b) => b.count - a.count || b.share - a.share)
    .slice(0, limit);
}

const classesOf = (pairs: ConfusedPair[]) => pairs.flatMap(({ row, column }) => [row, column]);

/** The classes of a pair, and those either is most often mixed up with. */
export function around(confusion: Confusion, pair: readonly [number, number], limit: number): number[] {
  const kin = confusedPairs(confusion, Number.POSITIVE_INFINITY).filter(
    ({ row, column }) => pair.includes(row) || pair.includes(column),
  );
  return [...new Set([...pair, ...classesOf(kin)])].slice(0, limit);
}

/** The classes of the errors made most often, in the matrix's order; others where too few are ever confused. */
export function mostConfused(confusion: Confusion, limit: number): number[] {
  const confused = classesOf(confusedPairs(confusion, Number.POSITIVE_INFINITY));
  return [...new Set([...confused, ...confusion.classes.keys()])].slice(0, limit).sort((a, b) => a - b);
}

/** The part of the matrix about these classes only; shares stay those of all rows. */
export function zoomed({ classes, matrix, support }: Confusion, kept: number[]): Confusion {
  return {
    classes: kept.flatMap((k) => classes[k] ?? []),
    matrix: kept.map((row) => kept.map((column) => matrix[row]?.[column] ?? 0)),
    support: kept.map((row) => support[row] ?? 0),
  };
}
