import { once } from 'node:events';
import { createWriteStream, statSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { unwrap } from '@vitrine/client';
import type { Example, Predictor } from '@vitrine/models';
import { VitrineError } from '@vitrine/models/errors';
import type { openSource } from '@vitrine/server';
import type { Command } from 'commander';
import { type CommonOptions, over, withCommon } from '../command.js';
import { engineSettings } from '../environment.js';
import { existing, mapping, whole } from '../input.js';
import { counted, print } from '../output.js';
import { pictureFolder } from '../picture-folder.js';
import { progressView } from '../progress.js';
import { holdsVectors, readVectors, VectorTable } from '../vector-file.js';

interface PredictOptions extends CommonOptions {
  out: string;
  model?: string;
  top?: string;
  query?: string;
  index?: string;
  map?: string[];
  images?: string;
  explain?: boolean;
}

interface Listing {
  title?: string;
  description?: string;
  image?: Buffer;
}

type Source = Pick<Awaited<ReturnType<typeof openSource>>, 'rows' | 'fraction'>;
type Answered = { id: string } & Record<string, unknown>;

const BATCH = 64;

/** Where the version's files lie, checked by the server or by this process when none runs. */
async function locate(task: string, options: PredictOptions): Promise<{ directory: string; name: string }> {
  return over(options, async ({ client }) => {
    const id = options.model ?? task;
    const { model, directory } = unwrap(await client.GET('/api/v1/models/{id}/location', { params: { path: { id } } }));
    if (model.task !== task) throw new VitrineError('cli.model', `${id} is a model of ${model.task}, not of ${task}.`);
    return { directory, name: `${model.task}@${model.version}` };
  });
}

/** What the predictor is asked. A picture that can't be loaded leaves the text to decide; without text it is the answer's error. */
async function listingOf({ title, description, picture }: Example): Promise<Listing> {
  const words = { ...(title ? { title } : {}), ...(description ? { description } : {}) };
  if (!picture) return words;
  try {
    return { ...words, image: await imageOf(picture) };
  } catch (error) {
    if (title || description) return words;
    throw error;
  }
}

async function imageOf(picture: NonNullable<Example['picture']>): Promise<Buffer> {
  if (picture.kind === 'encoded') return picture.load();
  const { bytes, width, height } = picture;
  const { default: sharp } = await import('sharp');
  return sharp(bytes, { raw: { width, height, channels: 1 } })
    .png()
    .toBuffer();
}

/** How many answers a row gets. */
function topOf({ top }: PredictOptions, usual: number): number {
  return top === undefined ? usual : whole('--top', top, 1, 1000);
}

function errorOf(error: unknown): { code: string; message: string } {
  const message = error instanceof Error ? error.message : String(error);
  return { code: error instanceof VitrineError ? error.code : 'input.image', message };
}

/** Results of listings; one whose picture turns out broken is asked again by its words alone, and says so. */
async function resultsOf(
  predictor: Predictor<unknown, unknown>,
  listings: Listing[],
  options: PredictOptions,
): Promise<object[]> {
  const how = { top: topOf(options, 5), explain: options.explain === true };
  const first = await predictor.predict(listings, how);
  const wordsOf = ({ image, ...words }: Listing) => words;
  const again = first.flatMap((result, index) => {
    const listing = listings[index] ?? {};
    return !result.ok && listing.image && (listing.title || listing.description) ? [index] : [];
  });
  const second = again.length
    ? await predictor.predict(
        again.map((index) => wordsOf(listings[index] ?? {})),
        how,
      )
    : [];
  return first.map((result, index) => {
    const other = second[again.indexOf(index)];
    if (result.ok) return result.output as object;
    return other?.ok ? { ...(other.output as object), warning: result.error } : { error: result.error };
  });
}

async function answer(
  predictor: Predictor<unknown, unknown>,
  examples: Example[],
  options: PredictOptions,
): Promise<Answered[]> {
  const listings = await Promise.allSettled(examples.map(listingOf));
  const ready = listings.flatMap((listing) => (listing.status === 'fulfilled' ? [listing.value] : []));
  const results = await resultsOf(predictor, ready, options);
  let next = 0;
  return listings.map((listing, index) => {
    const id = examples[index]?.id ?? '';
    if (listing.status === 'fulfilled') return { id, ...results[next++] };
    return { id, error: errorOf(listing.reason) };
  });
}

/** A file's rows. For a task that looks at pictures alone they are without words, and a folder is its pictures. */
async function sourceOf(task: string, input: string, options: PredictOptions): Promise<Source> {
  const path = existing(input);
  const pictures = task === 'similar';
  if (pictures && statSync(path).isDirectory()) return pictureFolder(path);
  const format = /idx3-ubyte(\.gz)?$/i.test(input) ? 'fashion-mnist' : 'products';
  const { openSource } = await import('@vitrine/server');
  const source = await openSource(format, path, {
    absolutePaths: true,
    ...(options.map ? { map: mapping(options.map) } : {}),
    ...(options.images ? { images: existing(options.images) } : {}),
  });
  return pictures ? withoutWords(source) : source;
}

function withoutWords(source: Source): Source {
  return {
    fraction: () => source.fraction(),
    async *rows() {
      for await (const read of source.rows()) {
        if ('rejected' in read) yield read;
        else {
          const { title: _title, description: _description, ...example } = read.example;
          yield { example };
        }
      }
    },
  };
}

/** Answers of a file's rows, in order, one for every row: refused rows carry the reason. */
async function* answers(
  predictor: Predictor<unknown, unknown>,
  source: Source,
  options: PredictOptions,
  onRead: (fraction: number) => void,
): AsyncGenerator<Answered> {
  let batch: Example[] = [];
  for await (const row of source.rows()) {
    if ('example' in row) batch.push(row.example);
    if (batch.length === BATCH || ('rejected' in row && batch.length)) {
      yield* await answer(predictor, batch, options);
      batch = [];
      onRead(source.fraction());
    }
    if ('rejected' in row) {
      const { row: number, id, code, reason } = row.rejected;
      yield { id: id ?? String(number), error: { code, message: reason } };
    }
  }
  if (batch.length) yield* await answer(predictor, batch, options);
}

/** The nearest in an index for each answer that is a vector. */
async function* neighbours(lines: AsyncIterable<Answered>, index: VectorTable, top: number): AsyncGenerator<Answered> {
  for await (const line of lines) {
    const { id, vector } = line as { id: string; vector?: number[] };
    yield vector ? { id, neighbours: index.nearest(vector, top) } : line;
  }
}

/** What is asked for each row, and by which model: vectors that a file holds already need none. */
async function answering(
  task: string,
  input: string,
  options: PredictOptions,
  onRead: (fraction: number) => void,
): Promise<{ lines: AsyncIterable<Answered>; model: string | null; close(): Promise<void> }> {
  const top = topOf(options, 10);
  const index = options.index === undefined ? undefined : await VectorTable.read(existing(options.index));
  const nearest = (lines: AsyncIterable<Answered>) => (index ? neighbours(lines, index, top) : lines);
  if (index && (await holdsVectors(existing(input))))
    return { lines: nearest(readVectors(existing(input))), model: null, close: async () => undefined };
  const source = await sourceOf(task, input, options);
  const { directory, name } = await locate(task, options);
  const { chooseEngine, taskNamed } = await import('@vitrine/models');
  const { work, note } = await chooseEngine(engineSettings());
  if (note) process.stderr.write(`${note}\n`);
  const predictor = (await taskNamed(task).open(directory, work)) as Predictor<unknown, unknown>;
  const lines = nearest(answers(predictor, source, options, onRead));
  return { lines, model: name, close: () => predictor.close() };
}

async function predict(task: string, argument: string | undefined, options: PredictOptions): Promise<void> {
  const input = argument ?? options.query;
  if (input === undefined) throw new VitrineError('cli.input', 'Say which rows: a file, or for similar a folder.');
  if (options.index !== undefined && task !== 'similar')
    throw new VitrineError('cli.index', `--index goes with similar: ${task} gives no vectors.`);
  let rows = 0;
  let failed = 0;
  const { lines, model, close } = await answering(task, input, options, (fraction) =>
    view.update({ fraction, message: counted(rows, 'row') }),
  );
  // Not before: a bar that nothing stops keeps the command from ending.
  const view = progressView(options.json === true);
  const out = resolve(options.out);
  const partial = `${out}.partial`;
  try {
    await mkdir(dirname(out), { recursive: true }).catch((error: unknown) => unwritable(options.out, error));
    const file = createWriteStream(partial);
    const written = once(file, 'close').catch((error: unknown) => unwritable(options.out, error));
    // A disk that fills up tells when the file is ended; unheard until then, it would end the process.
    written.catch(() => undefined);
    await once(file, 'open').catch((error: unknown) => unwritable(options.out, error));
    for await (const line of lines) {
      rows += 1;
      if ('error' in line) failed += 1;
      if (!file.write(`${JSON.stringify(line)}\n`)) await Promise.race([once(file, 'drain'), written]);
    }
    file.end();
    await written;
    await rename(partial, out);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  } finally {
    view.stop();
    await close();
  }
  const by = model === null ? '' : ` by ${model}`;
  print(options.json, { model, rows, failed, out }, () =>
    console.log(`${counted(rows, 'row')} answered${by}${failed ? `, ${failed} of them with an error` : ''}: ${out}`),
  );
}

/** @throws VitrineError `cli.out` */
function unwritable(path: string, cause: unknown): never {
  const reason = (cause as Error).message;
  const sentence = `${path} can’t be written: ${reason}. Choose another --out, or free some space.`;
  throw new VitrineError('cli.out', sentence, 400, undefined, { cause });
}

/** `vitrine predict <task> <input> --out FILE`: file to file; no server is needed. */
export function predictCommand(program: Command): void {
  withCommon(program.command('predict').description('answer a file’s rows, offline: CSV or JSONL in, JSONL out'))
    .argument('<task>', 'classify or similar')
    .argument(
      '[input]',
      'CSV, TSV or JSONL with title (or text), description, image; an idx file of pictures; similar: also a folder of pictures',
    )
    .requiredOption(
      '--out <file>',
      'JSON Lines: { id, predictions }; for similar { id, vector }, with --index { id, neighbours }; or { id, error }',
    )
    .option('--model <model>', 'id or task@version (default: the one in production)')
    .option('--top <n>', 'how many categories (default: 5), with --index how many neighbours (default: 10)')
    .option('--query <input>', 'the same as the input')
    .option('--index <file>', 'similar: the nearest of these vectors, which predict similar wrote, for each row')
    .option('--explain', 'also what decided')
    .option('--map <field=column...>', 'which column holds title, description, image, id')
    .option('--images <dir>', 'folder of the images (default: beside the file)')
    .action(predict);
}
