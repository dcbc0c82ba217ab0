import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { publint } from 'publint';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const packageFolder = fileURLToPath(new URL('../', import.meta.url));
const require = createRequire(import.meta.url);

/** A checkout in which the package was never built: npm builds it before it packs. Where the tarball is written. */
async function packed(folder: string): Promise<string> {
  const workspace = join(folder, 'workspace');
  const unbuilt = (file: string) => !['dist', 'node_modules'].includes(basename(file));
  await cp(packageFolder, join(workspace, 'packages/grad'), { recursive: true, filter: unbuilt });
  for (const shared of ['tsconfig.base.json', 'node_modules']) {
    await symlink(join(packageFolder, '../..', shared), join(workspace, shared));
  }
  const options = ['--json', '--foreground-scripts=false', '--pack-destination', folder];
  const { stdout } = await run('npm', ['pack', ...options], { cwd: join(workspace, 'packages/grad'), maxBuffer: 1e8 });
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
  return join(folder, filename);
}

describe('the package as npm would publish it', () => {
  let project: string;
  let installed: string;

  /** An empty project with the tarball unpacked where npm puts it; ONNX Runtime is that of this workspace. */
  beforeAll(async () => {
    project = await mkdtemp(join(tmpdir(), 'grad-package-'));
    installed = join(project, 'node_modules/@vitrine/grad');
    await mkdir(installed, { recursive: true });
    await run('tar', ['xzf', await packed(project), '-C', installed, '--strip-components=1']);
    const runtime = dirname(require.resolve('onnxruntime-node/package.json'));
    await symlink(await realpath(runtime), join(project, 'node_modules/onnxruntime-node'));
    await writeFile(join(project, 'package.json'), '{ "type": "module" }');
  });

  afterAll(() => rm(project, { recursive: true, force: true }));

  it('holds what its users need and no tests', async () => {
    expect(await readdir(installed)).toEqual(
      expect.arrayContaining(['CHANGELOG.md', 'LICENSE', 'README.md', 'dist', 'package.json']),
    );
    const files = (await readdir(join(installed, 'dist'), { recursive: true })).filter((file) =>
      /(\.test\.|\.map$|^testing)/.test(file),
    );
    expect(files).toEqual([]);
  });

  it('names no source maps, which it does not hold', async () => {
    const files = (await readdir(join(installed, 'dist'), { recursive: true })).filter((file) =>
      /\.(js|d\.ts)$/.test(file),
    );
    const naming = await Promise.all(
      files.map(async (file) => {
        const text = await readFile(join(installed, 'dist', file), 'utf8');
        return text.includes('sourceMappingURL') ? [file] : [];
      }),
    );
    expect(naming.flat()).toEqual([]);
  });

  it('depends on ONNX Runtime alone, as its package.json says to who asks', () => {
    const theirs = createRequire(join(project, 'index.js'));
    const { dependencies } = theirs('@vitrine/grad/package.json') as { dependencies: Record<string, string> };
    expect(Object.keys(dependencies)).toEqual(['onnxruntime-node']);
  });

  it('is free of what publint finds wrong with packages', async () => {
    const { messages } = await publint({ pkgDir: installed, pack: false });
    expect(messages).toEqual([]);
  });

  it('runs the examples of its README, which a strict compiler accepts', async () => {
    const readme = await readFile(join(installed, 'README.md'), 'utf8');
    const example = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code).join('\n');
    await writeFile(join(project, 'example.mjs'), example);
    const { stdout } = await run(process.execPath, ['example.mjs'], { cwd: project });
    expect(stdout).toMatch(/Float32Array\(4\)/);

    await writeFile(join(project, 'example.mts'), example);
    const options = ['--noEmit', '--strict', '--target', 'es2023', '--module', 'nodenext', '--types', 'node'];
    const typeRoots = ['--typeRoots', join(dirname(require.resolve('@types/node/package.json')), '..')];
    const compiler = join(dirname(require.resolve('typescript/package.json')), 'bin/tsc');
    await run(process.execPath, [compiler, ...options, ...typeRoots, 'example.mts'], { cwd: project });
  });
});
