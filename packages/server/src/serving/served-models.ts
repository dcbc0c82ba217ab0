import { type Engine, type PredictOptions, VitrineError } from '@vitrine/models';
import { type HostOptions, PredictorHost } from './host/predictor-host.js';

/** The version that answers, as the prediction log and the answers name it. */
export interface ServedModel {
  id: string;
  task: string;
  version: number;
}

interface Slot {
  model: ServedModel;
  host: PredictorHost;
}

/** The models in production, one per task, exchanged without dropping a request. */
export class ServedModels {
  readonly #slots = new Map<string, Slot>();
  /** Swaps of one task wait for each other. */
  readonly #swaps = new Map<string, Promise<unknown>>();
  /** Why what should be served can't be, where nothing else is. */
  readonly #failures = new Map<string, { version: number; reason: string }>();
  /** Old hosts that still answer what they were asked. */
  readonly #draining = new Set<Promise<void>>();
  #closed = false;
  #begun: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly engine: Partial<Engine>,
    private readonly options: HostOptions & {
      /** Says no of tasks whose models are not held here: swaps check that they open and record them. */
      holds?(task: string): boolean;
    } = {},
  ) {}

  /** Whether models of a task are held open here once they are in production. */
  holds(task: string): boolean {
    return this.options.holds?.(task) ?? true;
  }

  /** Until what is in production is open for the first time, requests wait for it, as a server that starts has them. */
  begin(opening: Promise<void>): void {
    this.#begun = opening.catch(() => undefined);
  }

  /** What serves a task now. */
  current(task: string): ServedModel | undefined {
    return this.#slots.get(task)?.model;
  }

  list(): { task: string; version: number; ready: boolean }[] {
    return [...this.#slots.values()].map(({ model, host }) => ({
      task: model.task,
      version: model.version,
      ready: host.ready,
    }));
  }

  /**
   * Opens the new version, lets `commit` record it, then routes new requests to it; the old one answers its last and closes.
   * When opening or `commit` fails, the old one stays.
   * @throws VitrineError the artifact's error; whatever `commit` throws.
   */
  swap(model: ServedModel, directory: string, commit: () => Promise<void> = async () => {}): Promise<void> {
    return this.#inTurn(model.task, () => this.#swap(model, directory, commit));
  }

  /**
   * Serves what should be served now, which another process may have decided: asked once the swaps under way are done.
   * @throws VitrineError the artifact's error; the model before stays.
   */
  follow(task: string, wanted: () => Promise<{ model: ServedModel; directory: string } | undefined>): Promise<void> {
    return this.#inTurn(task, async () => {
      const { model, directory } = (await wanted()) ?? {};
      if (model && directory && model.id !== this.current(task)?.id) await this.#swap(model, directory);
    });
  }

  /** Notes that a version in production can't be opened: until one can, requests are told why. */
  failed({ task, version }: Pick<ServedModel, 'task' | 'version'>, error: unknown): void {
    this.#failures.set(task, { version, reason: error instanceof Error ? error.message : String(error) });
  }

  #inTurn(task: string, work: () => Promise<void>): Promise<void> {
    const before = this.#swaps.get(task) ?? Promise.resolve();
    const done = before.then(work);
    this.#swaps.set(
      task,
      done.catch(() => undefined),
    );
    return done;
  }

  async #swap(model: ServedModel, directory: string, commit: () => Promise<void> = async () => {}): Promise<void> {
    if (this.#closed)
      throw new VitrineError('server.closing', 'The server is stopping; try again when it is back.', 503);
    const host = await PredictorHost.open({ task: model.task, directory, engine: this.engine }, this.options);
    try {
      await commit();
    } catch (error) {
      await host.close();
      throw error;
    }
    if (!this.holds(model.task)) return host.close();
    const old = this.#slots.get(model.task);
    this.#slots.set(model.task, { model, host });
    this.#failures.delete(model.task);
    if (old) this.#drain(old.host);
  }

  /**
   * Asks the model in production.
   * @throws VitrineError `model.none` (409) when the task has none, `model.broken` (503) when it can't be opened; what
   * `PredictorHost.predict` throws.
   */
  async predict(
    task: string,
    input: unknown,
    options?: PredictOptions,
  ): Promise<{ output: unknown; model: ServedModel }> {
    if (!this.#slots.has(task)) await this.#begun;
    const slot = this.#slots.get(task);
    if (!slot) throw this.#absence(task);
    return { output: await slot.host.predict(input, options), model: slot.model };
  }

  /** Answers everything asked so far, then ends every model. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#swaps.values());
    for (const { host } of this.#slots.values()) this.#drain(host);
    this.#slots.clear();
    await Promise.all(this.#draining);
  }

  #absence(task: string): VitrineError {
    const failure = this.#failures.get(task);
    if (!failure) return noModel(task);
    const sentence = `${task}@${failure.version} is in production, but can’t be opened: ${failure.reason} Roll back (Models, or \`vitrine models rollback ${task}\`), or promote another version.`;
    return new VitrineError('model.broken', sentence, 503);
  }

  #drain(host: PredictorHost): void {
    const closing: Promise<void> = host
      .close()
      .catch(() => undefined)
      .finally(() => this.#draining.delete(closing));
    this.#draining.add(closing);
  }
}

/** Nothing is in production for a task. */
export function noModel(task: string): VitrineError {
  const sentence = `No ${task} model is in production yet. Train one (Runs, or \`vitrine train ${task} --data … --promote\`) and promote it.`;
  return new VitrineError('model.none', sentence, 409);
}
