import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ResourceLimits, Worker } from 'node:worker_threads';
import { VitrineError } from '@vitrine/models/errors';
import type { Site } from '../config.js';
import type { PageAnswer, PageBytes } from './page.worker.js';
import type { PageContents } from './read-page.js';

const START_MS = 60_000;
/** What reading most shops' pages takes; a thread that may take more does, before it tidies up. */
const USUAL_LIMITS = { maxOldGenerationSizeMb: 48, maxYoungGenerationSizeMb: 4 };
/** From the first page on that takes more. */
const WIDE_LIMITS = { maxOldGenerationSizeMb: 512 };

/**
 * Reads pages in a thread of its own, one at a time: what a hostile page costs in time and memory is limited, and the
 * server goes on answering. The thread starts with the first page; after a page that broke it, with the next.
 */
export class PageReader {
  #worker: Worker | undefined;
  #limits: ResourceLimits = USUAL_LIMITS;
  #turn: Promise<unknown> = Promise.resolve();
  #closed = false;

  /**
   * What a config reads from a page.
   * @throws VitrineError `collect.slow` (422) after `site.limits.readSeconds`, `collect.unreadable` (422)
   */
  read(page: PageBytes, site: Site): Promise<PageContents> {
    const reading = this.#turn.then(() => this.#read(page, site));
    this.#turn = reading.catch(() => undefined);
    return reading;
  }

  /** Ends the thread; pages not read by then fail with an error that has no code. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#end();
  }

  async #read(page: PageBytes, site: Site): Promise<PageContents> {
    try {
      return await this.#readOnce(page, site).catch((error: unknown) => {
        const isTooMuch = (error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY';
        if (!isTooMuch || this.#limits === WIDE_LIMITS) throw error;
        this.#limits = WIDE_LIMITS;
        return this.#readOnce(page, site);
      });
    } catch (error) {
      if (this.#closed) throw new Error('The reader of pages is closed.', { cause: error });
      throw error instanceof VitrineError ? error : unreadable(error instanceof Error ? error.message : String(error));
    }
  }

  async #readOnce(page: PageBytes, site: Site): Promise<PageContents> {
    const { url, bytes, contentType } = page;
    const { readSeconds } = site.limits;
    let answer: PageAnswer;
    try {
      const worker = await this.#started();
      worker.postMessage({ page: { url, bytes, contentType }, site });
      answer = await messageOf<PageAnswer>(worker, readSeconds * 1000, () => slow(readSeconds));
    } catch (error) {
      await this.#end();
      throw error;
    }
    if ('problem' in answer) throw unreadable(answer.problem);
    return answer.contents;
  }

  async #end(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }

  async #started(): Promise<Worker> {
    if (this.#closed) throw new Error('closed');
    if (this.#worker) return this.#worker;
    const worker = new Worker(new URL('./page.worker.js', import.meta.url), {
      name: 'page reader',
      resourceLimits: this.#limits,
    });
    // Whoever waits for an answer hears of it too; without any listener it would end the server.
    worker.on('error', () => undefined);
    this.#worker = worker;
    await messageOf(worker, START_MS, () => new Error('Its thread does not start.'));
    return worker;
  }
}

/** The thread's next message. The thread's own error, its end and the time limit reject. */
async function messageOf<Message>(worker: Worker, limitMs: number, late: () => Error): Promise<Message> {
  const over = new AbortController();
  const { signal } = over;
  try {
    return await Promise.race([
      once(worker, 'message', { signal }).then(([message]) => message as Message),
      once(worker, 'exit', { signal }).then(() => Promise.reject(new Error('Its thread ended.'))),
      sleep(limitMs, undefined, { signal }).then(() => Promise.reject(late())),
    ]);
  } finally {
    over.abort();
  }
}

function slow(seconds: number): VitrineError {
  const sentence = `Reading the page takes more than ${seconds} s; it is left out. Raise limits.readSeconds if it is worth it.`;
  return new VitrineError('collect.slow', sentence, 422);
}

function unreadable(why: string): VitrineError {
  return new VitrineError('collect.unreadable', `The page can’t be read, and is left out: ${why}`, 422);
}
