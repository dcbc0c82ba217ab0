import { once } from 'node:events';
import { cpSync, existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { VitrineError } from '@vitrine/models';
import { emptyDatabase } from './empty-database.js';
import { type CompiledModule, postgresModule } from './postgres-module.js';
import { endedByError, isWhole } from './protocol.js';

/** What the thread allocates beside PostgreSQL's own memory is messages, which are dead at once. */
const YOUNG_MB = 8;

/** Protocol bytes to run; without bytes: close. */
export interface EngineOrder {
  id: number;
  bytes?: Uint8Array;
}
/** The reply to the order of the same id; id 0 says that the engine is open. */
export interface EngineAnswer {
  id: number;
  bytes?: Uint8Array;
  error?: string;
}

export interface EngineWork {
  directory: string;
  /** Only create the files, then end: the thread that did so keeps half a gigabyte. */
  create: boolean;
  postgres: CompiledModule;
}

interface Waiting {
  resolve(answer: EngineAnswer): void;
  reject(error: Error): void;
}

/**
 * PostgreSQL in a worker thread (it blocks its thread while it works). One session: `acquire` hands it to one
 * connection at a time, in order. A worker that dies is started again by the next order and recovers from its log.
 */
export class Engine {
  #worker: Worker | undefined;
  #opening: Promise<void> | undefined;
  #waiting = new Map<number, Waiting>();
  #nextId = 1;
  #queue: (() => void)[] = [];
  #held = false;
  #closed = false;
  /** Counts the starts: what a session held (named statements) is gone after each. */
  generation = 0;

  private constructor(
    private readonly directory: string,
    private readonly postgres: CompiledModule,
  ) {}

  /** @throws VitrineError `database.failed` when the directory can't be opened */
  static async open(directory: string): Promise<Engine> {
    const postgres = await postgresModule().catch((error: unknown) => {
      throw failure(error);
    });
    if (!existsSync(join(directory, 'PG_VERSION'))) await create(directory, postgres);
    const engine = new Engine(directory, postgres);
    await engine.#start();
    return engine;
  }

  #start(): Promise<void> {
    this.#opening ??= (async () => {
      const worker = startWorker({ directory: this.directory, create: false, postgres: this.postgres });
      this.#worker = worker;
      this.generation++;
      worker.on('message', (answer: EngineAnswer) => {
        const waiting = this.#waiting.get(answer.id);
        this.#waiting.delete(answer.id);
        if (answer.error === undefined) waiting?.resolve(answer);
        else waiting?.reject(failure(answer.error));
      });
      const died = (cause: unknown) => {
        if (this.#worker !== worker) return;
        this.#worker = undefined;
        this.#opening = undefined;
        for (const waiting of this.#waiting.values()) waiting.reject(failure(cause));
        this.#waiting.clear();
      };
      worker.on('error', died);
      worker.on('exit', (code) => died(`its thread ended with ${code}`));
      await new Promise<EngineAnswer>((resolve, reject) => this.#waiting.set(0, { resolve, reject }));
    })();
    return this.#opening;
  }

  /** Waits for the session and returns the function that gives it back; `undefined` after `patience` milliseconds. */
  acquire(patience: number): Promise<(() => void) | undefined> {
    const release = () => {
      const next = this.#queue.shift();
      if (next) next();
      else this.#held = false;
    };
    if (!this.#held) {
      this.#held = true;
      return Promise.resolve(release);
    }
    return new Promise((resolve) => {
      const turn = () => {
        clearTimeout(timer);
        resolve(release);
      };
      const timer = setTimeout(() => {
        this.#queue.splice(this.#queue.indexOf(turn), 1);
        resolve(undefined);
      }, patience);
      this.#queue.push(turn);
    });
  }

  /**
   * Runs whole protocol exchanges; the caller holds the session. Where PostgreSQL gave up, as it does when its log finds no
   * room, the reply says why, and the next order starts it anew.
   */
  async execute(bytes: Uint8Array): Promise<Uint8Array> {
    const { bytes: reply = new Uint8Array() } = await this.#order(bytes);
    if (isWhole(reply)) return reply;
    // What it would do from here on is never to answer.
    await this.kill();
    return endedByError(reply) ?? Promise.reject(failure('it gave up'));
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    const worker = this.#worker;
    if (worker) {
      const exited = once(worker, 'exit');
      await this.#order().catch(() => undefined);
      this.#closed = true;
      await worker.terminate();
      await exited;
    }
    this.#closed = true;
  }

  /** Ends the thread without closing the files, as a crash would; the next order starts another. */
  async kill(): Promise<void> {
    await this.#worker?.terminate();
  }

  async #order(bytes?: Uint8Array): Promise<EngineAnswer> {
    if (this.#closed) throw failure('it is closed');
    await this.#start();
    return new Promise((resolve, reject) => {
      const id = this.#nextId++;
      this.#waiting.set(id, { resolve, reject });
      this.#worker?.postMessage({ id, ...(bytes ? { bytes } : {}) } satisfies EngineOrder);
    });
  }
}

function startWorker(workerData: EngineWork): Worker {
  return new Worker(new URL('./engine.worker.js', import.meta.url), {
    workerData,
    name: 'database',
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
  });
}

/** Makes a new database beside its place, then moves it there: a kill meanwhile leaves none that is half made. */
async function create(directory: string, postgres: CompiledModule): Promise<void> {
  const temporary = `${directory}.new`;
  rmSync(temporary, { recursive: true, force: true });
  const empty = emptyDatabase();
  if (existsSync(empty)) cpSync(empty, temporary, { recursive: true });
  else await createFiles(temporary, postgres);
  renameSync(temporary, directory);
}

async function createFiles(temporary: string, postgres: CompiledModule): Promise<void> {
  const worker = startWorker({ directory: temporary, create: true, postgres });
  const code = await new Promise((resolve, reject) =>
    worker.on('exit', resolve).on('error', (error) => reject(failure(error))),
  );
  if (code !== 0) throw failure(`its creation ended with ${code}`);
}

function failure(cause: unknown): VitrineError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new VitrineError(
    'database.failed',
    `The embedded database stopped: ${reason}. Check the free space and the rights of the data directory, then try again.`,
    503,
    undefined,
    { cause },
  );
}
