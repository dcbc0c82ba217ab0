import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Engine } from './contestant.js';

const run = promisify(execFile);
const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** The version of a package, as `from` would import it. */
function versionOf(name: string, from: string): string {
  return (createRequire(from)(`${name}/package.json`) as { version: string }).version;
}

export const ours: Engine = {
  name: '@vitrine/grad',
  version: `onnxruntime-node ${versionOf('onnxruntime-node', import.meta.resolve('@vitrine/grad'))}`,
  command: [process.execPath, path('./contestant.main.js')],
};

/** PyTorch in the first Python that has it. */
export async function findTorch(): Promise<Engine | undefined> {
  for (const python of ['python3', '/usr/bin/python3']) {
    const answer = await run(python, ['-c', 'import torch, torchvision; print(torch.__version__)']).catch(
      () => undefined,
    );
    if (answer) {
      const command = [python, path('../../reference/engine_torch.py')] as const;
      return { name: 'PyTorch', version: answer.stdout.trim(), command };
    }
  }
  return undefined;
}

const RIVALS = [
  { name: 'tfjs-wasm', package: '@tensorflow/tfjs-backend-wasm', word: 'tfjs' },
  { name: 'jax-js', package: '@jax-js/jax', word: 'jax' },
];

/** JavaScript's other engines, in the browser they are made for, where `npm ci --prefix tools/engine-rivals` was run. */
export function findRivals(): Engine[] {
  const folder = path('../../../tools/engine-rivals/');
  return RIVALS.flatMap(({ name, package: from, word }) => {
    const manifest = `${folder}node_modules/${from}/package.json`;
    if (!existsSync(manifest)) return [];
    const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
    return [{ name, version, command: [process.execPath, `${folder}contestant.js`, word] as const }];
  });
}
