import { writeFileAtomically } from '../checkpoint/atomic-file.js';
import { encodeSafetensors } from '../checkpoint/safetensors.js';

/** Writes ever new versions of the file named, each filled with one number, until it is killed: for the tests. */
const file = process.argv[2]!;
for (let version = 0; ; version++) {
  const data = new Float32Array(500_000).fill(version);
  await writeFileAtomically(file, encodeSafetensors([['values', { shape: [data.length], data }]]));
  if (version === 0) process.send!('first version written');
}
