import { join } from 'node:path';
import { type Bags, floatsOf, openModel, runInWorker } from '@vitrine/grad';
import type { Engine } from '../../../../engine.js';
import type { Scores } from '../../../blend.js';
import type { TextFit } from '../../architecture.js';
import type { CleanListing } from '../../encoding/ngrams.js';
import type { Vocabulary } from '../../encoding/vocabulary.js';
import { readArrays } from '../arrays.js';
import { gatherBags } from '../gather-bags.js';
import { WORD_NETWORK, WORD_TABLE, WORDS_INPUT, WORDS_READ, type WordNetworkOptions } from './word-network.js';
import type { WordProgram, WordTraining } from './word-program.js';

type WordPlan = Omit<WordNetworkOptions, 'words' | 'features' | 'classes' | 'labels' | 'seed'> & {
  readonly epochs: number;
  readonly lr: number;
};

/** Trains the network that reads the words in order in a thread of its own, beside other work. Throws `signal.reason`. */
export async function fitWords(job: TextFit, vocabulary: Vocabulary, plan: WordPlan, signal: AbortSignal) {
  const { listings, labels, training, classes, context, workDir, outputDir } = job;
  const spelt = vocabulary.encodeWords(listings, WORDS_READ);
  const numbers = numbersIn(spelt, training);
  const words = renumbered(spelt, placesOf(numbers, vocabulary.size));
  const options: WordTraining = {
    ...plan,
    ...{ words, numbers, labels, training, outputDir },
    features: numbers.length,
    classes: classes.length,
    seed: context.seed,
    checkpointDir: join(workDir, 'words'),
    stop: new Int32Array(new SharedArrayBuffer(4)),
  };
  const program = await runInWorker<WordProgram>(new URL('./word-program.js', import.meta.url), options);
  const stop = () => void Atomics.store(options.stop, 0, 1);
  signal.addEventListener('abort', stop, { once: true });
  try {
    signal.throwIfAborted();
    await program.call('train', undefined);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
    await program.terminate();
  }
}

/** Opens what `fitWords` wrote. Throws when a file is missing or damaged. */
export async function openWords(directory: string, vocabulary: Vocabulary, engine: Partial<Engine>) {
  const stored = await readArrays(join(directory, WORD_TABLE));
  const [numbers, table] = [stored.integers('numbers'), stored.floats('table')];
  const places = placesOf(numbers, vocabulary.size);
  const dim = table.length / Math.max(1, numbers.length);
  const network = await openModel(join(directory, WORD_NETWORK), { threads: 1, ...engine });
  return {
    /** Logits [listings × classes]. */
    async score(listings: readonly CleanListing[]): Promise<Scores> {
      const words = renumbered(vocabulary.encodeWords(listings, WORDS_READ), places);
      const { logits } = await network.run({ [WORDS_INPUT]: gatherBags(table, dim, words) });
      return floatsOf(logits);
    },
    close: () => network.release(),
  };
}

/** The features that spell words of some listings, ascending. */
function numbersIn({ offsets, indices }: Bags, listings: Int32Array): Int32Array {
  const found = new Set<number>();
  for (const row of listings) {
    const [start, end] = [offsets[row * WORDS_READ]!, offsets[(row + 1) * WORDS_READ]!];
    for (let entry = start; entry < end; entry++) found.add(indices[entry]!);
  }
  return Int32Array.from(found).sort();
}

/** The place of each of the vocabulary's features among `numbers`; −1 where it has none. */
function placesOf(numbers: Int32Array, features: number): Int32Array {
  const places = new Int32Array(features).fill(-1);
  numbers.forEach((number, place) => {
    places[number] = place;
  });
  return places;
}

/** The bags with each feature by its place; those that have none are left out. In shared memory. */
function renumbered({ offsets, indices }: Bags, places: Int32Array): Bags {
  const kept = {
    offsets: new Int32Array(new SharedArrayBuffer(4 * offsets.length)),
    indices: new Int32Array(new SharedArrayBuffer(4 * indices.length)),
  };
  let used = 0;
  for (let bag = 0; bag + 1 < offsets.length; bag++) {
    for (let entry = offsets[bag]!; entry < offsets[bag + 1]!; entry++) {
      const place = places[indices[entry]!]!;
      if (place >= 0) kept.indices[used++] = place;
    }
    kept.offsets[bag + 1] = used;
  }
  return kept;
}
