import type { Json, Learner, StepResult, Trainer } from '@vitrine/grad';

/** A network over tables of features that lie on the host: the trainer of the graph above them keeps them too, as parts. */
export abstract class TableNetwork<Options extends { readonly batchSize: number }> implements Learner<Int32Array> {
  protected constructor(
    protected readonly options: Options,
    readonly trainer: Trainer,
  ) {}

  /** Trains on the listings of at most a batch. */
  abstract step(batch: Int32Array, options: { readonly lr: number }): Promise<StepResult>;

  get stepsDone(): number {
    return this.trainer.stepsDone;
  }

  get batchSize(): number {
    return this.options.batchSize;
  }

  save(file: string, extra: Json): Promise<void> {
    return this.trainer.save(file, extra);
  }

  load(file: string): Promise<Json> {
    return this.trainer.load(file);
  }
}
