import { rename, writeFile } from 'node:fs/promises';
import { encodeSafetensors, readSafetensors, type StoredArray } from '@vitrine/grad';
import { ArtifactError } from '../../../errors.js';

/** Writes arrays as one safetensors file, whole or not at all. */
export async function writeArrays(file: string, arrays: Readonly<Record<string, StoredArray>>): Promise<void> {
  // Copies, since the file system takes no shared memory.
  const own = Object.entries(arrays).map(([name, { shape, data }]) => [name, { shape, data: data.slice() }] as const);
  await writeFile(`${file}.part`, Buffer.concat(encodeSafetensors(own)));
  await rename(`${file}.part`, file);
}

/** The arrays of a safetensors file by name. Throws when one is missing or of another type. */
export async function readArrays(file: string) {
  const { arrays } = await readSafetensors(file);
  const find = (name: string) => {
    const array = arrays.get(name);
    if (!array) throw new ArtifactError(`${file} lacks the array '${name}'; train or import the model again.`);
    return array.data;
  };
  return {
    has: (name: string) => arrays.has(name),
    floats(name: string): Float32Array {
      const data = find(name);
      if (data instanceof Float32Array) return data;
      throw new ArtifactError(`The array '${name}' in ${file} is not float32; train or import the model again.`);
    },
    integers(name: string): Int32Array {
      const data = find(name);
      if (data instanceof Int32Array) return data;
      throw new ArtifactError(`The array '${name}' in ${file} is not int32; train or import the model again.`);
    },
  };
}
