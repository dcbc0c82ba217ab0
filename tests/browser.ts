import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import chromium, { inflate, setupLambdaEnvironment } from '@sparticuz/chromium';
import { type Browser, chromium as playwright } from 'playwright-core';

const libraries = ['/usr/lib', '/usr/lib64', '/lib/x86_64-linux-gnu', '/lib/aarch64-linux-gnu'];

/** Not the package's own: those keep every page in one process, which ends with the first closed one. */
const args = ['--no-sandbox', '--disable-gpu', '--font-render-hinting=none'];

/** Hosts without the NSS libraries get those that come with the browser. */
async function provideLibraries(): Promise<void> {
  if (libraries.some((folder) => existsSync(join(folder, 'libnss3.so')))) return;
  const build = dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium'));
  await inflate(join(build, '..', 'bin', 'al2023.tar.br'));
  setupLambdaEnvironment(join(tmpdir(), 'al2023', 'lib'));
}

/** A headless browser that comes from npm; `VITRINE_TEST_BROWSER` names another Chromium's executable. */
export async function launchBrowser(): Promise<Browser> {
  const own = process.env.VITRINE_TEST_BROWSER;
  if (own) return playwright.launch({ executablePath: own, args });
  chromium.setGraphicsMode = false;
  await provideLibraries();
  return playwright.launch({ executablePath: await chromium.executablePath(), args });
}

/** English, whatever the host speaks: the texts of form controls are the browser's. */
export const pageOptions = { locale: 'en-US', timezoneId: 'UTC', reducedMotion: 'reduce' } as const;
