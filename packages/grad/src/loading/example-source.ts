import type { Shape } from '../graph/shape.js';
import type { Random } from '../random.js';

/** One array of an example: a batch holds them one after the other, as [batch, ...shape]. */
export interface Field {
  readonly dtype: 'float32' | 'int32';
  readonly shape: Shape;
}

/** The places of one example in its batch, by field. */
export type Example = Readonly<Record<string, Float32Array | Int32Array>>;

/** Makes examples, in the threads of a `DataLoader`. */
export interface ExampleSource {
  /** By the names of the model's inputs. */
  readonly fields: Readonly<Record<string, Field>>;
  /**
   * Writes example `index` into its place, zeros at first. What varies should come from `random`, which depends on the
   * loader's seed, the epoch and the index alone. What it throws leaves out this example only.
   */
  load(index: number, random: Random, example: Example): void | Promise<void>;
}

/** What the module given to a loader exports as `open`: called once in each thread, with the loader's `options`. */
export type OpenSource<Options> = (options: Options) => ExampleSource | Promise<ExampleSource>;
