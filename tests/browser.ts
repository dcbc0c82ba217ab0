import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { browserFiles } from './browser-files.js';

const libraries = ['/usr/lib', '/usr/lib64', '/lib/x86_64-linux-gnu', '/lib/aarch64-linux-gnu'];

/** Not the package's own: those keep every page in one process, which ends with the first closed one. */
const args = ['--no-sandbox', '--disable-gpu', '--font-render-hinting=none'];

/** Hosts without the NSS libraries get those that come with the browser, and its fonts. */
function environment(files: string): Record<string, string | undefined> {
  if (libraries.some((folder) => existsSync(join(folder, 'libnss3.so')))) return process.env;
  const own = join(files, 'al2023', 'lib');
  const { LD_LIBRARY_PATH: others } = process.env;
  const usual = { FONTCONFIG_PATH: join(files, 'fonts'), HOME: files, ...process.env };
  return { ...usual, LD_LIBRARY_PATH: others ? `${own}:${others}` : own };
}

/** A headless browser that comes from npm; `VITRINE_TEST_BROWSER` names another Chromium's executable. */
export async function launchBrowser(): Promise<Browser> {
  const own = process.env.VITRINE_TEST_BROWSER;
  if (own) return chromium.launch({ executablePath: own, args });
  const files = await browserFiles();
  return chromium.launch({ executablePath: join(files, 'chromium'), args, env: environment(files) });
}

/** English, whatever the host speaks: the texts of form controls are the browser's. */
export const pageOptions = { locale: 'en-US', timezoneId: 'UTC', reducedMotion: 'reduce' } as const;
