import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const PID_FILE = 'trainer.pid';

/** Whether a process id belongs to a trainer still: ids are used again, so its command line is looked at where it can be. */
async function isTrainer(pid: number, workDir: string): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined);
  return command === undefined ? process.platform !== 'linux' : command.includes(workDir);
}

/** Remembers which process trains in a work directory. Whoever reads the file never finds it without the whole number. */
export async function rememberTrainer(workDir: string, pid: number): Promise<void> {
  const path = join(workDir, PID_FILE);
  await writeFile(`${path}.new`, String(pid));
  await rename(`${path}.new`, path);
}

export async function forgetTrainer(workDir: string): Promise<void> {
  await rm(join(workDir, PID_FILE), { force: true });
}

/**
 * A trainer whose server was killed ends by itself at its next step; makes sure that it has, before another one writes to the
 * same work directory.
 */
export async function endOrphan(workDir: string): Promise<void> {
  const pid = Number(await readFile(join(workDir, PID_FILE), 'utf8').catch(() => ''));
  if (!Number.isInteger(pid) || pid <= 1) return;
  for (let attempt = 0; await isTrainer(pid, workDir); attempt++) {
    if (attempt === 0) process.kill(pid, 'SIGKILL');
    await sleep(50);
  }
  await forgetTrainer(workDir);
}
