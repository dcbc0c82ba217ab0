import { linesOf } from '@vitrine/models/lines';

/** A product's place among the vectors. */
export interface Product {
  readonly id: string;
  /** Of the model's dimension; any length but 0, for only its direction counts. */
  readonly vector: ArrayLike<number>;
}

/** A product found. */
export interface Neighbour {
  readonly id: string;
  /** Cosine of the angle between the two vectors, in [-1, 1]: the larger, the more alike. */
  readonly score: number;
}

/** What cannot be used; `code` for programs, `message` says what to do. */
export class CatalogueError extends Error {
  readonly code: string = 'catalogue.invalid';
  readonly status: number = 422;
}

/** Products' vectors side by side, of length 1, to be searched exactly. */
export class Catalogue {
  readonly size: number;
  /** Numbers in each vector; 0 while there are no products. */
  readonly dimension: number;
  readonly #ids: string[];
  readonly #vectors: Float32Array;

  /** @throws CatalogueError when vectors differ in length, are all zeros, or hold what is no number. */
  constructor(products: Iterable<Product>) {
    const list = [...products];
    this.size = list.length;
    this.dimension = list[0]?.vector.length ?? 0;
    this.#ids = list.map(({ id }) => id);
    this.#vectors = new Float32Array(this.size * this.dimension);
    for (const [row, { id, vector }] of list.entries()) {
      if (vector.length !== this.dimension) {
        throw new CatalogueError(
          `The vector of ${id} has ${vector.length} numbers, others ${this.dimension}; embed all products with one model.`,
        );
      }
      this.#vectors.set(unit(vector, id), row * this.dimension);
    }
  }

  /**
   * The products nearest to a vector, best first; of equal ones, the first in the catalogue.
   * @throws CatalogueError when the vector is not of the catalogue's dimension, or no direction.
   */
  nearest(vector: ArrayLike<number>, limit = 10): Neighbour[] {
    if (this.size === 0) return [];
    if (vector.length !== this.dimension) {
      throw new CatalogueError(
        `The vector has ${vector.length} numbers, the catalogue's ${this.dimension}; both must come from one model.`,
      );
    }
    const query = unit(vector, 'the query');
    const scores = Float64Array.from({ length: this.size }, (_, row) => this.#score(query, row));
    return [...scores.keys()]
      .sort((a, b) => scores[b]! - scores[a]! || a - b)
      .slice(0, Math.max(0, limit))
      .map((row) => ({ id: this.#ids[row]!, score: scores[row]! }));
  }

  #score(query: Float32Array, row: number): number {
    const start = row * this.dimension;
    let sum = 0;
    for (let i = 0; i < this.dimension; i++) sum += query[i]! * this.#vectors[start + i]!;
    return sum;
  }
}

function unit(vector: ArrayLike<number>, of: string): Float32Array {
  const values = Float32Array.from(vector);
  const length = Math.hypot(...values);
  if (!(length > 0 && Number.isFinite(length))) {
    throw new CatalogueError(`The vector of ${of} is no direction: it holds only zeros, or what is no number.`);
  }
  return values.map((value) => value / length);
}

/**
 * Reads a file of lines `{"id": …, "vector": [ … ]}`, as `vitrine predict similar` writes it; lines without a vector
 * (photos that could not be read) are left out.
 * @throws CatalogueError naming the line that cannot be read; the file system's own error.
 */
export async function readCatalogue(file: string): Promise<Catalogue> {
  const products: Product[] = [];
  let number = 0;
  for await (const line of linesOf(file)) {
    number++;
    if (!line.trim()) continue;
    const { id, vector } = parseLine(line, number);
    if (vector) products.push({ id: String(id), vector });
  }
  return new Catalogue(products);
}

function parseLine(line: string, number: number): { id: unknown; vector: number[] | undefined } {
  try {
    const { id, vector } = JSON.parse(line) as { id?: unknown; vector?: unknown };
    const isId = typeof id === 'string' || typeof id === 'number';
    if (isId && (vector === undefined || Array.isArray(vector))) return { id, vector };
  } catch {
    // Said below: a line that is no JSON and one of another shape are the same to whoever wrote the file.
  }
  throw new CatalogueError(
    `Line ${number} is not {"id": …, "vector": [ … ]}; write the file with vitrine predict similar.`,
  );
}
