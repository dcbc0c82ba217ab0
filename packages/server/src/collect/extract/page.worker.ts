import { parentPort } from 'node:worker_threads';
import type { Site } from '../config.js';
import { Page } from './page.js';
import { type PageContents, readPage } from './read-page.js';

/** A page as it was fetched. */
export interface PageText {
  /** After redirects. */
  url: string;
  body: string;
  contentType: string;
}
export type PageAnswer = { contents: PageContents } | { problem: string };

function answer(text: PageText, site: Site): PageAnswer {
  try {
    return { contents: readPage(new Page(text.url, text.body, text.contentType), site) };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

parentPort?.on('message', ({ text, site }: { text: PageText; site: Site }) => {
  parentPort?.postMessage(answer(text, site));
});
parentPort?.postMessage('ready');
