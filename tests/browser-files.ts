import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = join(dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium')), '..');
/** Where the browser's package has its archives. */
export const packedFiles = join(root, 'bin');

/**
 * The folder where what the browser's package brings lies unpacked: the program, its fonts and libraries. Of several
 * processes that need it at once, on a machine that has none yet, each unpacks for itself, and whoever is first wins: what
 * is seen there is whole.
 */
export async function browserFiles(): Promise<string> {
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  const folder = join(tmpdir(), `vitrine-test-browser-${version}`);
  if (existsSync(folder)) return folder;
  const making = await mkdtemp(`${folder}-`);
  const program = fileURLToPath(new URL('./unpack-browser.main.js', import.meta.url));
  const env = { ...process.env, TMPDIR: making };
  await promisify(execFile)(process.execPath, [program, packedFiles], { env });
  await rename(making, folder).catch(() => rm(making, { recursive: true, force: true }));
  return folder;
}
