import { type FileHandle, open } from 'node:fs/promises';
import { basename } from 'node:path';
import { readSafetensors } from '../checkpoint/read-safetensors.js';
import { GradError } from '../errors.js';
import type { NamedArray } from '../nn/state.js';
import { type ImportOptions, matchWeights } from './match-weights.js';

/** Larger files cannot be read in one piece. */
const MAX_BYTES = 2 ** 31 - 1;

/** How files begin that hold weights in another format. */
const OTHERS = [
  { magic: [0x50, 0x4b, 0x03, 0x04], format: 'a PyTorch (.pth) or zip file' },
  { magic: [0x80, 0x02], format: 'a pickled PyTorch (.pth) file' },
  { magic: [0x89, 0x48, 0x44, 0x46], format: 'an HDF5 file' },
  { magic: [0x7b], format: 'a JSON file: the index of a model in several parts, perhaps' },
] as const;

/**
 * The weights of a model with those of a safetensors file in place of its own, ready for `Trainer.setWeights`: to
 * fine-tune a network that was trained elsewhere, with torchvision's parameter names.
 * Throws `checkpoint` when the file is missing, damaged, one of several parts, over 2 GB or of another format, and
 * `parameter`, listing everything that does not fit, when it belongs to another model.
 */
export async function importWeights(
  file: string,
  model: ReadonlyMap<string, NamedArray>,
  options: ImportOptions = {},
): Promise<Map<string, NamedArray>> {
  if (/-\d+-of-\d+\.safetensors$/.test(basename(file))) {
    throw new GradError('checkpoint', `'${file}' is one of several parts of a model; save it as a single file.`);
  }
  await requireSafetensors(file);
  const { arrays } = await readSafetensors(file);
  try {
    return matchWeights(model, arrays, options);
  } catch (cause) {
    throw cause instanceof GradError ? new GradError(cause.code, `'${file}': ${cause.message}`, { cause }) : cause;
  }
}

/** Says what a file is, as far as that can be seen, when it is not one safetensors file of a size that can be read. */
async function requireSafetensors(file: string): Promise<void> {
  const handle = await open(file).catch((cause: unknown) => {
    throw new GradError('checkpoint', `The weights '${file}' cannot be read.`, { cause });
  });
  try {
    await requireFormat(file, handle);
  } finally {
    await handle.close();
  }
}

async function requireFormat(file: string, handle: FileHandle): Promise<void> {
  const stat = await handle.stat();
  if (!stat.isFile()) throw new GradError('checkpoint', `'${file}' is not a file.`);
  if (stat.size > MAX_BYTES) {
    throw new GradError('checkpoint', `'${file}' has ${stat.size} bytes; at most ${MAX_BYTES} can be read.`);
  }
  const start = Buffer.alloc(4);
  await handle.read(start, 0, start.length, 0);
  const other = OTHERS.find(({ magic }) => magic.every((byte, i) => start[i] === byte));
  // A safetensors file begins with the length of its header, which may be any of these numbers; its header tells.
  const header = Buffer.alloc(1);
  await handle.read(header, 0, 1, 8);
  if (other && header.toString() !== '{') {
    const convert = 'Convert it, in Python: safetensors.torch.save_file(state_dict, path).';
    throw new GradError('checkpoint', `'${file}' is ${other.format}, not a safetensors file. ${convert}`);
  }
}
