import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { requireCounts } from '../ranges.js';

export interface EpochCheckpoint {
  readonly epoch: number;
  /** What is to be maximised; NaN where it was no finite number. */
  readonly value: number;
  readonly file: string;
}

export interface CheckpointsOptions {
  /** How many of the best stay, 1 or more. Default 3. */
  readonly keep?: number;
}

const PARTIAL = 'partial.safetensors';
/** Stands for NaN in names, and ranks below all numbers. */
const UNKNOWN = -Number.MAX_VALUE;

/**
 * The checkpoints of a training in a directory of their own: one file per epoch with its value in its name, of which the
 * best stay and the latest; and one within the epoch under way.
 */
export class Checkpoints {
  private constructor(
    private readonly directory: string,
    private readonly keep: number,
    private kept: EpochCheckpoint[],
    private partial: string | undefined,
  ) {}

  /**
   * Finds what an earlier attempt left; files half written are ignored and removed. Throws `checkpoint` when none of
   * the best would stay.
   */
  static async open(directory: string, { keep = 3 }: CheckpointsOptions = {}): Promise<Checkpoints> {
    requireCounts('checkpoint', { keep });
    await mkdir(directory, { recursive: true });
    const kept: EpochCheckpoint[] = [];
    let partial: string | undefined;
    for (const name of await readdir(directory)) {
      const match = /^epoch-(\d+)_(-?\d[\d.e+-]*)\.safetensors$/.exec(name);
      const file = join(directory, name);
      if (match) kept.push({ epoch: Number(match[1]), value: fromRank(Number(match[2])), file });
      else if (name === PARTIAL) partial = file;
      else if (name.endsWith('.tmp')) await rm(file, { force: true });
    }
    return new Checkpoints(directory, keep, kept, partial);
  }

  get latest(): EpochCheckpoint | undefined {
    return this.kept.reduce<EpochCheckpoint | undefined>(
      (latest, each) => (latest && latest.epoch > each.epoch ? latest : each),
      undefined,
    );
  }

  /** The one with the highest value; of equals the earliest, and where no value is a finite number, the latest. */
  get best(): EpochCheckpoint | undefined {
    return this.ranked()[0];
  }

  /** The file to go on from. */
  get resume(): string | undefined {
    return this.partial ?? this.latest?.file;
  }

  /**
   * Has `write` write the epoch's file (atomically), then removes what is no longer wanted. A value that is no finite
   * number ranks last. The name holds the value to its last digit: an attempt resumed ranks as one in a single run.
   */
  async add(epoch: number, value: number, write: (file: string) => Promise<void>): Promise<void> {
    const rank = rankOf(value);
    const file = join(this.directory, `epoch-${String(epoch).padStart(4, '0')}_${rank.toExponential()}.safetensors`);
    await write(file);
    await this.dropPartial();
    this.kept = [...this.kept.filter((each) => each.file !== file), { epoch, value: fromRank(rank), file }];
    const wanted = new Set([...this.ranked().slice(0, this.keep), this.latest]);
    for (const each of this.kept) if (!wanted.has(each)) await rm(each.file, { force: true });
    this.kept = this.kept.filter((each) => wanted.has(each));
  }

  /** Has `write` write (atomically) where the epoch under way is; it takes the place of the one before. */
  async addPartial(write: (file: string) => Promise<void>): Promise<void> {
    const file = join(this.directory, PARTIAL);
    await write(file);
    this.partial = file;
  }

  private async dropPartial(): Promise<void> {
    if (this.partial) await rm(this.partial, { force: true });
    this.partial = undefined;
  }

  private ranked(): EpochCheckpoint[] {
    return this.kept.toSorted(
      (a, b) => rankOf(b.value) - rankOf(a.value) || (Number.isNaN(a.value) ? b.epoch - a.epoch : a.epoch - b.epoch),
    );
  }
}

function rankOf(value: number): number {
  return Number.isFinite(value) ? value : UNKNOWN;
}

function fromRank(rank: number): number {
  return rank === UNKNOWN ? Number.NaN : rank;
}
