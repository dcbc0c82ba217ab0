import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Compiled code, which may be handed to a thread. */
export type CompiledModule = object;

/** The part of WebAssembly's JavaScript interface used here; Node's type definitions leave it out. */
declare const WebAssembly: { compile(bytes: Uint8Array): Promise<CompiledModule> };

let compiled: Promise<CompiledModule> | undefined;

/** PGlite's PostgreSQL, compiled once for all databases of this process: each thread that opens one shares its code. */
export function postgresModule(): Promise<CompiledModule> {
  const file = join(dirname(createRequire(import.meta.url).resolve('@electric-sql/pglite')), 'pglite.wasm');
  compiled ??= readFile(file)
    .then((bytes) => WebAssembly.compile(bytes))
    .catch((error: unknown) => {
      compiled = undefined;
      throw error;
    });
  return compiled;
}
