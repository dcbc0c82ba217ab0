import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { findPython } from '../python.js';
import type { Engine } from './contestant.js';

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

/** PyTorch with torchvision, in the first Python that has both. */
export async function findTorch(): Promise<Engine | undefined> {
  const found = (await findPython('torchvision')) && (await findPython('torch'));
  if (!found) return undefined;
  const { python, version } = found;
  return { name: 'PyTorch', version, command: [python, path('../../reference/engine_torch.py')] };
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
