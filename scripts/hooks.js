// Installs the Git hooks in a checkout; does nothing in a tarball or in CI.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

if (existsSync('.git') && !process.env.CI) {
  try {
    execFileSync('npx', ['lefthook', 'install'], { stdio: 'ignore' });
  } catch {
    console.warn('Git hooks were not installed; run `npx lefthook install` to have them.');
  }
}
