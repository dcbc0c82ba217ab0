import { readFile } from 'node:fs/promises';
import { Tokenizer } from '@huggingface/tokenizers';
import { type Feed, openModel } from '@vitrine/grad';
import type { Engine } from '../../engine.js';
import { ArtifactError } from '../../errors.js';
import type { TextNetwork } from './description.js';
import { pooled } from './pool.js';

/** Turns texts into vectors [texts × dimension] of length 1 that lie among those of pictures. */
export interface TextEncoder {
  readonly dimension: number;
  embed(texts: readonly string[]): Promise<Float32Array>;
  close(): Promise<void>;
}

/**
 * Opens the text side of an encoder, with the tokenizer in Hugging Face's form.
 * @throws GradError when the network cannot be opened or run, ArtifactError when the tokenizer cannot be read.
 */
export async function openTextEncoder(
  files: { network: Uint8Array | string; tokenizer: string },
  { network, engine }: { network: TextNetwork; engine?: Partial<Engine> },
): Promise<TextEncoder> {
  const { tokenizer, filler } = await readTokenizer(files.tokenizer);
  const model = await openModel(files.network, { threads: 1, ...engine });
  const embedOne = async (text: string) => {
    const ids = cut(tokenizer.encode(text).ids, network.tokens);
    const length = network.filled ? network.tokens : Math.max(1, ids.length);
    const rest = Array.from({ length: length - ids.length }, () => filler);
    const mask = [...ids.map(() => 1), ...rest.map(() => 0)];
    const feed = (values: readonly number[]): Feed => ({
      data: network.integers === 'int64' ? BigInt64Array.from(values, BigInt) : Int32Array.from(values),
      shape: [1, length],
    });
    const feeds = {
      [network.ids]: feed([...ids, ...rest]),
      ...(network.mask ? { [network.mask]: feed(mask) } : {}),
      ...(network.types ? { [network.types]: feed(mask.map(() => 0)) } : {}),
    };
    return pooled((await model.run(feeds, [network.output]))[network.output], { pool: network.pool, mask });
  };
  try {
    const { dimension } = await embedOne('a');
    return {
      dimension,
      async embed(texts) {
        const vectors = new Float32Array(texts.length * dimension);
        for (const [row, text] of texts.entries()) vectors.set((await embedOne(text)).vectors, row * dimension);
        return vectors;
      },
      close: () => model.release(),
    };
  } catch (error) {
    await model.release();
    throw error;
  }
}

/** Keeps the last token: it marks the end, and some networks read the text there. */
function cut(ids: readonly number[], most: number): number[] {
  return ids.length <= most ? [...ids] : [...ids.slice(0, most - 1), ids.at(-1)!];
}

async function readTokenizer(file: string): Promise<{ tokenizer: Tokenizer; filler: number }> {
  try {
    const json = JSON.parse(await readFile(file, 'utf8')) as { padding?: { pad_id?: number } | null };
    return { tokenizer: new Tokenizer(json, {}), filler: json.padding?.pad_id ?? 0 };
  } catch (cause) {
    throw new ArtifactError(
      `The tokenizer cannot be read (${cause instanceof Error ? cause.message : String(cause)}); give the tokenizer.json that belongs to the network.`,
    );
  }
}
