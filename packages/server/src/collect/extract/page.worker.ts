import { parentPort } from 'node:worker_threads';
import type { Site } from '../config.js';
import { decodeText } from './decode.js';
import { Page } from './page.js';
import { type PageContents, readPage } from './read-page.js';

/** A page as it was fetched. */
export interface PageBytes {
  /** After redirects. */
  url: string;
  bytes: Uint8Array;
  contentType: string;
}
export type PageAnswer = { contents: PageContents } | { problem: string };

function answer({ url, bytes, contentType }: PageBytes, site: Site): PageAnswer {
  try {
    return { contents: readPage(new Page(url, decodeText(bytes, contentType), contentType), site) };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

parentPort?.on('message', ({ page, site }: { page: PageBytes; site: Site }) => {
  parentPort?.postMessage(answer(page, site));
});
parentPort?.postMessage('ready');
