import { Duplex } from 'node:stream';
import type { Engine } from './engine.js';
import { closeStatements, errorReply, FrontendMessages, greeting, transactionStatus } from './protocol.js';

const rollback = Buffer.from('Q\0\0\0\rROLLBACK\0', 'latin1');
let connections = 0;

/**
 * What node-postgres takes for a socket: speaks the wire protocol to the embedded engine. From BEGIN to COMMIT or
 * ROLLBACK the connection keeps the engine's one session to itself; others wait their turn.
 */
export class EngineConnection extends Duplex {
  readonly #messages = new FrontendMessages(`c${++connections}_`);
  readonly #generation: number;
  #release: (() => void) | undefined;

  /** @param patience milliseconds to wait while another connection's transaction holds the engine */
  constructor(
    private readonly engine: Engine,
    private readonly patience = 30_000,
  ) {
    super();
    this.#generation = engine.generation;
  }

  connect(): this {
    queueMicrotask(() => this.emit('connect'));
    return this;
  }
  setNoDelay(): this {
    return this;
  }
  setKeepAlive(): this {
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#answer(chunk).then(
      () => done(),
      (error: Error) => done(error),
    );
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#leave().then(() => {
      this.push(null);
      done();
    }, done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#leave().then(
      () => done(error),
      () => done(error),
    );
  }

  async #answer(chunk: Buffer): Promise<void> {
    for (const event of this.#messages.push(chunk)) {
      if (event.kind === 'startup') this.push(greeting());
      if (event.kind === 'exchange') this.push(await this.#execute(event.bytes));
    }
  }

  async #execute(bytes: Buffer): Promise<Uint8Array> {
    if (this.#generation !== this.engine.generation && this.#messages.statements.size)
      throw new Error('The embedded database was started anew; this connection’s statements are gone.');
    this.#release ??= await this.engine.acquire(this.patience);
    if (!this.#release)
      return errorReply('55P03', 'The embedded database is busy: another transaction has held it for too long.');
    let status: 'I' | 'T' | 'E' = 'I';
    try {
      const reply = await this.engine.execute(bytes);
      status = transactionStatus(reply);
      return reply;
    } finally {
      if (status === 'I') this.#free();
    }
  }

  #free(): void {
    this.#release?.();
    this.#release = undefined;
  }

  /** Ends what the connection leaves open: its transaction and its named statements. */
  async #leave(): Promise<void> {
    const names = [...this.#messages.statements];
    this.#messages.statements.clear();
    try {
      if (this.#release) await this.engine.execute(rollback);
      this.#free();
      if (names.length) await this.#execute(closeStatements(names));
    } finally {
      this.#free();
    }
  }
}
