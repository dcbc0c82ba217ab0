import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The first Python here that has a module, and its version; says so aloud where there is none. */
export async function findPython(module: string): Promise<{ python: string; version: string } | undefined> {
  for (const python of ['python3', '/usr/bin/python3']) {
    const answer = await run(python, ['-c', `import ${module}; print(${module}.__version__)`]).catch(() => undefined);
    if (answer) return { python, version: answer.stdout.trim() };
  }
  console.warn(`SKIPPED: what is compared with ${module}; no Python here has it.`);
  return undefined;
}
