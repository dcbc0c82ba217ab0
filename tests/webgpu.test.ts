import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { browserFiles, packedFiles } from './browser-files.js';

/** What a program printed as JSON, run where the only graphics processor is one that the browser's package brings. */
type Program = (name: string, ...args: string[]) => Promise<unknown>;

const here =
  process.platform === 'linux' && process.arch === 'x64' && existsSync(join(packedFiles, 'swiftshader.tar.br'));
if (!here) console.warn('SKIPPED: the browser’s package has no graphics processor in software for this system.');

describe.skipIf(!here)('on a graphics processor in software, by WebGPU', () => {
  let folder: string;
  let run: Program;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vitrine-webgpu-'));
    const driver = join(folder, 'driver.json');
    const library_path = join(await browserFiles(), 'libvk_swiftshader.so');
    await writeFile(
      driver,
      JSON.stringify({ file_format_version: '1.0.0', ICD: { library_path, api_version: '1.3.0' } }),
    );
    const env = { ...process.env, VK_DRIVER_FILES: driver, VK_ICD_FILENAMES: driver, XDG_RUNTIME_DIR: folder };
    run = async (name, ...args) => {
      const program = fileURLToPath(new URL(`./${name}.main.js`, import.meta.url));
      const { stdout } = await promisify(execFile)(process.execPath, [program, ...args], { env });
      return JSON.parse(stdout);
    };
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('the self-test passes, and trainings run there; what the server computes itself stays on the CPU', async () => {
    expect(await run('choose-engine', 'webgpu')).toMatchObject({
      work: { providers: ['webgpu'] },
      lists: { providers: ['cpu'] },
      answers: { providers: ['cpu'] },
    });
  });

  it('a model learns as on the CPU, and answers as it', async () => {
    const [there, cpu] = [await run('train-a-little', 'webgpu'), await run('train-a-little', 'cpu')];
    expectClose(there as number[], cpu as number[]);
  });
});

function expectClose(actual: readonly number[], expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  actual.forEach((value, i) => {
    expect(Math.abs(value - expected[i]!) / Math.abs(expected[i]!), `number ${i}`).toBeLessThan(1e-3);
  });
}
