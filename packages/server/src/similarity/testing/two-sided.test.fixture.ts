import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { averagePool, type Build, embeddingBag, exportOnnx, flatten, mean } from '@vitrine/grad';
import { importEncoder } from '@vitrine/models';

const SIDE = 8;
const WORDS = ['[UNK]', '[PAD]', 'red', 'green', 'blue', 'dress'];
/** Each word's colour; those that name none say a little grey. */
const COLOURS = [0.1, 0.1, 0.1, 0, 0, 0, 1, -1, -1, -1, 1, -1, -1, -1, 1, 0, 0, 0];

/** A photo's mean colour. */
const seeing: Build = ({ scope: _, input }) => {
  const image_embeds = flatten(averagePool(input('pixel_values', [3, SIDE, SIDE]), { kernel: SIDE, stride: SIDE }));
  return { loss: mean(image_embeds), outputs: { image_embeds } };
};

/** The colours that words name, added up. */
const reading: Build = ({ scope, input }) => {
  const text_embeds = embeddingBag(scope, input('input_ids', [4], 'int32'), {
    rows: WORDS.length,
    dim: 3,
    mode: 'sum',
  });
  return { loss: mean(text_embeds), outputs: { text_embeds } };
};

const tokenizer = {
  version: '1.0',
  padding: { pad_id: 1 },
  added_tokens: [],
  normalizer: { type: 'Lowercase' },
  pre_tokenizer: { type: 'Whitespace' },
  post_processor: null,
  decoder: null,
  model: {
    ...{ type: 'WordPiece', unk_token: '[UNK]', continuing_subword_prefix: '##', max_input_chars_per_word: 100 },
    vocab: Object.fromEntries(WORDS.map((word, id) => [word, id])),
  },
};

/** Imports an encoder that knows colours by sight and by name; the artifact's directory. */
export async function colourEncoder(directory: string): Promise<string> {
  await mkdir(directory, { recursive: true });
  const [image, text, words] = ['image.onnx', 'text.onnx', 'tokenizer.json'].map((name) => join(directory, name)) as [
    string,
    string,
    string,
  ];
  const table = new Map([['weight', { shape: [WORDS.length, 3], data: Float32Array.from(COLOURS) }]]);
  await writeFile(image, exportOnnx({ build: seeing, weights: () => new Map() }));
  await writeFile(text, exportOnnx({ build: reading, weights: () => table }));
  await writeFile(words, JSON.stringify(tokenizer));
  const artifact = join(directory, 'artifact');
  const half = [0.5, 0.5, 0.5];
  await importEncoder(
    { network: image, mean: half, deviation: half, text: { network: text, tokenizer: words } },
    artifact,
  );
  return artifact;
}
