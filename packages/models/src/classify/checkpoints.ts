import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

const KEPT = 3;

export interface EpochCheckpoint {
  readonly epoch: number;
  /** What is to be maximised. */
  readonly value: number;
  readonly file: string;
}

/**
 * The checkpoints of a training, one file per epoch with its value in its name: the best three stay, and the latest, from
 * which an interrupted training goes on.
 */
export class Checkpoints {
  private constructor(
    private readonly directory: string,
    private kept: EpochCheckpoint[],
  ) {}

  /** Finds what an earlier attempt left; files half written are ignored and removed. */
  static async open(directory: string): Promise<Checkpoints> {
    await mkdir(directory, { recursive: true });
    const kept: EpochCheckpoint[] = [];
    for (const name of await readdir(directory)) {
      const match = /^epoch-(\d+)_(-?\d+\.\d+)\.safetensors$/.exec(name);
      const file = join(directory, name);
      if (match) kept.push({ epoch: Number(match[1]), value: Number(match[2]), file });
      else if (name.endsWith('.tmp')) await rm(file, { force: true });
    }
    return new Checkpoints(directory, kept);
  }

  /** The one to go on from. */
  get latest(): EpochCheckpoint | undefined {
    return this.kept.reduce<EpochCheckpoint | undefined>(
      (latest, each) => (latest && latest.epoch > each.epoch ? latest : each),
      undefined,
    );
  }

  /** The one with the highest value; of equals the earliest. */
  get best(): EpochCheckpoint | undefined {
    return this.ranked()[0];
  }

  /** Has `write` write the epoch's file (atomically), then removes what is no longer wanted. */
  async add(epoch: number, value: number, write: (file: string) => Promise<void>): Promise<void> {
    const file = join(this.directory, `epoch-${String(epoch).padStart(4, '0')}_${value.toFixed(6)}.safetensors`);
    await write(file);
    this.kept.push({ epoch, value: Number(value.toFixed(6)), file });
    const wanted = new Set([...this.ranked().slice(0, KEPT), this.latest]);
    for (const each of this.kept) if (!wanted.has(each)) await rm(each.file, { force: true });
    this.kept = this.kept.filter((each) => wanted.has(each));
  }

  private ranked(): EpochCheckpoint[] {
    return this.kept.toSorted((a, b) => b.value - a.value || a.epoch - b.epoch);
  }
}
