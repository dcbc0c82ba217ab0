import { type ExecFileException, execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The command's own file, for tests that keep it running. */
export const bin = fileURLToPath(new URL('../../bin/vitrine.js', import.meta.url));

export interface Outcome {
  code: number;
  answer: Record<string, unknown> & { error?: { code: string; message: string } };
}

/** `vitrine … --json` on a data directory, as a user's script would call it. */
export function vitrineOn(dataDir: string, ...words: string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [bin, ...words, '--data-dir', dataDir, '--json'],
      { maxBuffer: 1e8 },
      (error: ExecFileException | null, stdout, stderr) => {
        const code = error ? Number(error.code ?? 1) : 0;
        const answer = stdout.startsWith('{') || stdout.startsWith('[') ? JSON.parse(stdout) : { stdout, stderr };
        resolve({ code, answer: answer as Outcome['answer'] });
      },
    );
  });
}
