import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ArtifactSummary, openSimilar, VitrineError } from '@vitrine/models';
import { openApi } from '../packed/openapi.js';
import { dockerfile, dockerignore } from './container.js';
import { readmeOf } from './readme.js';

/** How a model is packed. */
export interface PackOptions {
  /** A new or empty folder. */
  readonly to: string;
  /** The package's name, as npm takes it. */
  readonly name: string;
  /** The model's version; the package's major version, for vectors of two models do not compare. */
  readonly version: number;
  /** Also the service and what a container is built of. */
  readonly container: boolean;
}

const compiled = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));
/** What npm takes for a package's name. */
const NAME = /^(?:@[a-z0-9-~][a-z0-9-._~]*\/)?[a-z0-9-~][a-z0-9-._~]*$/;

/**
 * Writes the artifact of a `similar` model as an npm package: the network, its preprocessing, and `embed`, `neighbours`.
 * The same model gives the same files.
 * @throws ArtifactError when a file of the artifact is missing or changed; VitrineError `pack.name`, `pack.folder`.
 */
export async function packSimilar(artifactDir: string, options: PackOptions): Promise<{ files: string[] }> {
  if (!NAME.test(options.name) || options.name.length > 214) {
    throw new VitrineError(
      'pack.name',
      `"${options.name}" is no name for a package; take small letters, digits and dashes, as in my-shop-similar.`,
    );
  }
  const to = resolve(options.to);
  await checkFree(to);
  const dimension = await dimensionOf(artifactDir);
  const partial = `${to}.partial-${process.pid}`;
  try {
    await writePackage(artifactDir, partial, { ...options, dimension });
    await rm(to, { recursive: true, force: true });
    await rename(partial, to);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  return { files: (await readdir(to, { recursive: true })).sort() };
}

/** @throws VitrineError `pack.folder` where something would be lost */
async function checkFree(folder: string): Promise<void> {
  const there = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new VitrineError('pack.folder', `${folder} is no folder that can be read; choose a new one.`);
  });
  if (there.length > 0) throw new VitrineError('pack.folder', `${folder} is not empty; choose a new folder.`);
}

/** Also checks that the artifact is whole and opens. */
async function dimensionOf(artifactDir: string): Promise<number> {
  const model = await openSimilar(artifactDir);
  try {
    return model.dimension;
  } finally {
    await model.close();
  }
}

async function writePackage(
  artifactDir: string,
  to: string,
  { name, version, container, dimension }: PackOptions & { readonly dimension: number },
): Promise<void> {
  const text = await readFile(resolve(artifactDir, 'model.json'), 'utf8');
  const { summary } = JSON.parse(text) as { summary: ArtifactSummary };
  await mkdir(to, { recursive: true });
  await cp(artifactDir, resolve(to, 'model'), { recursive: true });
  await cp(compiled('bundle/index.js'), resolve(to, 'index.js'));
  for (const types of ['index.d.ts', 'catalogue.d.ts']) await copyText(compiled(`packed/${types}`), resolve(to, types));
  const description = `${summary.description}: photos of products to vectors`;
  const semantic = `${version}.0.0`;
  await writeJson(resolve(to, 'package.json'), await manifestOf({ name, version: semantic, description, container }));
  const { metrics } = summary;
  await writeFile(
    resolve(to, 'README.md'),
    readmeOf({ name, description: summary.description, dimension, metrics, container }),
  );
  if (!container) return;
  for (const code of ['server.js', 'service.js', 'openapi.js']) {
    await copyText(compiled(`packed/${code}`), resolve(to, code));
  }
  await writeJson(resolve(to, 'openapi.json'), openApi({ name, version: semantic }));
  await writeFile(resolve(to, 'Dockerfile'), dockerfile);
  await writeFile(resolve(to, '.dockerignore'), dockerignore);
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly container: boolean;
}

/** Dependencies are those this package was tested with. */
async function manifestOf({ name, version, description, container }: Manifest): Promise<object> {
  const own = await readFile(compiled('../package.json'), 'utf8');
  const { dependencies, engines } = JSON.parse(own) as {
    dependencies: Record<'onnxruntime-node' | 'sharp' | 'fastify', string>;
    engines: object;
  };
  const { 'onnxruntime-node': runtime, sharp, fastify } = dependencies;
  return {
    ...{ name, version, description, license: 'UNLICENSED', type: 'module' },
    exports: { '.': { types: './index.d.ts', default: './index.js' } },
    ...(container ? { scripts: { start: 'node server.js' } } : {}),
    engines,
    dependencies: { 'onnxruntime-node': runtime, sharp, ...(container ? { fastify } : {}) },
  };
}

/** Without the note where its source map lies, for that stays here. */
async function copyText(from: string, to: string): Promise<void> {
  const text = await readFile(from, 'utf8');
  await writeFile(to, text.replace(/^\/\/# sourceMappingURL=.*\n?/m, ''));
}

async function writeJson(file: string, value: object): Promise<void> {
  await writeFile(file, `${JSON.stringify(value, null, 2)}\n`);
}
