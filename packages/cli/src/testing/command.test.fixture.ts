import { type ExecFileException, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** The command's own file, for tests that keep it running. */
export const bin = fileURLToPath(new URL('../../bin/vitrine.js', import.meta.url));

export interface Outcome {
  code: number;
  answer: Record<string, unknown> & { error?: { code: string; message: string } };
}

/** `vitrine … --json` on a data directory, as a user's script would call it. */
export async function vitrineOn(dataDir: string, ...words: string[]): Promise<Outcome> {
  const { code, stdout, stderr } = await shownOn(dataDir, ...words, '--json');
  const answer = stdout.startsWith('{') || stdout.startsWith('[') ? JSON.parse(stdout) : { stdout, stderr };
  return { code, answer: answer as Outcome['answer'] };
}

/** `vitrine …` on a data directory, as a person reads it. */
export function shownOn(
  dataDir: string,
  ...words: string[]
): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [bin, ...words, '--data-dir', dataDir],
      { maxBuffer: 1e8 },
      (error: ExecFileException | null, stdout, stderr) =>
        resolve({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr }),
    );
  });
}

/** `vitrine start` on a data directory: other commands go through it. */
export async function startedOn(dataDir: string): Promise<{ url: string; stop(): Promise<void> }> {
  const words = [bin, 'start', '--no-sample-shop', '--port', '0', '--json', '--data-dir', dataDir];
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  const url = await new Promise<string>((resolve, reject) => {
    let said = '';
    child.stdout.on('data', (text: Buffer) => {
      said += text;
      if (said.includes('}')) resolve((JSON.parse(said) as { url: string }).url);
    });
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
  });
  return {
    url,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
    },
  };
}
