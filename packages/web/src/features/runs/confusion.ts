export interface ClassName {
  code: string;
  name: string;
}

/** Counts by true class (row) and predicted class (column). */
export interface Confusion {
  classes: ClassName[];
  matrix: number[][];
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
  return names.length > 0 && Array.isArray(matrix) && matrix.length === names.length
    ? { classes: names, matrix: matrix as number[][] }
    : null;
}

/** Precision, recall and F1 of each class; a ratio without cases counts as 0. */
export function reportOf({ classes, matrix }: Confusion): ClassReport[] {
  const ratio = (part: number, whole: number) => (whole === 0 ? 0 : part / whole);
  return classes.map((name, k) => {
    const support = matrix[k]?.reduce((sum, count) => sum + count, 0) ?? 0;
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

export interface ConfusedPair {
  row: number;
  column: number;
  count: number;
  /** Of the true class's rows. */
  share: number;
}

/** The errors made most often, largest first. */
export function confusedPairs({ matrix }: Confusion, limit: number): ConfusedPair[] {
  return matrix
    .flatMap((counts, row) => {
      const support = counts.reduce((sum, count) => sum + count, 0);
      return counts.map((count, column) => ({ row, column, count, share: support === 0 ? 0 : count / support }));
    })
    .filter(({ row, column, count }) => row !== column && count > 0)
    .sort((a, b) => b.count - a.count || b.share - a.share)
    .slice(0, limit);
}

/** The part of the matrix about these classes only. */
export function zoomed({ classes, matrix }: Confusion, kept: number[]): Confusion {
  return {
    classes: kept.flatMap((k) => classes[k] ?? []),
    matrix: kept.map((row) => kept.map((column) => matrix[row]?.[column] ?? 0)),
  };
}
