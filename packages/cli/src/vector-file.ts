import { VitrineError } from '@vitrine/models/errors';
import { linesOf } from '@vitrine/models/lines';

/** A line that `predict similar` wrote. */
export type VectorLine = { id: string; vector: number[] } | { id: string; error: { code: string; message: string } };

export interface Neighbour {
  id: string;
  /** Cosine of the angle between the two, −1 to 1. */
  score: number;
}

/** Lines of a file that `predict similar` wrote. @throws VitrineError `cli.index` naming the line that is none */
export async function* readVectors(path: string): AsyncGenerator<VectorLine> {
  let number = 0;
  for await (const text of linesOf(path)) {
    number += 1;
    if (!text.trim()) continue;
    const line = parsed(text);
    if (!line) throw new VitrineError('cli.index', `Line ${number} of ${path} is none that predict similar writes.`);
    yield line;
  }
}

/** Whether a file begins with a vector or an error, as `predict similar` writes them. */
export async function holdsVectors(path: string): Promise<boolean> {
  if (!/\.jsonl$/i.test(path)) return false;
  try {
    for await (const _ of readVectors(path)) return true;
  } catch (error) {
    if (!(error instanceof VitrineError)) throw error;
  }
  return false;
}

function parsed(text: string): VectorLine | undefined {
  try {
    const line = JSON.parse(text) as Partial<Record<'id' | 'vector' | 'error', unknown>>;
    const isVector = Array.isArray(line.vector) && line.vector.length > 0 && line.vector.every(Number.isFinite);
    const isLine = typeof line.id === 'string' && (isVector || (typeof line.error === 'object' && line.error !== null));
    return isLine ? (line as VectorLine) : undefined;
  } catch {
    return undefined;
  }
}

/** Vectors in memory, all of one length, each compared with what is asked. */
export class VectorTable {
  readonly ids: string[] = [];
  #rows: Float32Array[] = [];

  private constructor(private readonly path: string) {}

  /** @throws VitrineError `cli.index` when the file holds no vectors, or some of another length */
  static async read(path: string): Promise<VectorTable> {
    const table = new VectorTable(path);
    for await (const line of readVectors(path)) {
      if (!('vector' in line)) continue;
      table.#check(line.vector);
      table.ids.push(line.id);
      table.#rows.push(unit(line.vector));
    }
    if (table.ids.length) return table;
    throw new VitrineError('cli.index', `There are no vectors in ${path}; write it with predict similar --out.`);
  }

  /** The nearest, best first; of equals the one that comes first. @throws VitrineError `cli.index` for another length */
  nearest(vector: readonly number[], count: number): Neighbour[] {
    this.#check(vector);
    const asked = unit(vector);
    const best: { row: number; score: number }[] = [];
    this.#rows.forEach((candidate, row) => {
      let score = 0;
      for (let index = 0; index < asked.length; index++) score += (asked[index] ?? 0) * (candidate[index] ?? 0);
      const last = best[count - 1];
      if (last && score <= last.score) return;
      let place = best.length;
      while (place > 0 && score > (best[place - 1]?.score ?? 0)) place--;
      best.splice(place, 0, { row, score });
      best.length = Math.min(best.length, count);
    });
    return best.map(({ row, score }) => ({ id: this.ids[row] ?? '', score }));
  }

  #check({ length }: readonly number[]): void {
    const dimension = this.#rows[0]?.length ?? length;
    if (length === dimension) return;
    const sentence = `A vector has ${length} numbers where those in ${this.path} have ${dimension}; both must be of one model.`;
    throw new VitrineError('cli.index', sentence);
  }
}

/** Of length 1, as what `predict similar` wrote is already but for rounding. */
function unit(vector: readonly number[]): Float32Array {
  const length = Math.hypot(...vector) || 1;
  return Float32Array.from(vector, (value) => value / length);
}
