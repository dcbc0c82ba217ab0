import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ReadRow, trainerModule, writeSnapshot } from '@vitrine/models';
import sharp from 'sharp';
import { removeDir } from '../../platform/testing/data-dir.test.fixture.js';
import { superviseTraining } from '../../training/supervisor/supervise.js';

const SIDE = 32;

/** What the tests' photos show, by category. */
export const kinds = ['stripes', 'bars', 'checks', 'plain'] as const;
export type Kind = (typeof kinds)[number];

const isDark: Record<Kind, (x: number, y: number) => boolean> = {
  stripes: (x) => x % 8 < 4,
  bars: (_, y) => y % 8 < 4,
  checks: (x, y) => x % 8 < 4 !== y % 8 < 4,
  plain: () => false,
};

/** A photo of a kind; each number gives another one. */
export function photoOf(kind: Kind, number: number, side = SIDE): Promise<Buffer> {
  const ground = 120 + ((number * 37) % 120);
  const shift = number % 8;
  const scale = side / SIDE;
  const pixels = Buffer.alloc(side * side * 3);
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const dark = isDark[kind](Math.floor(x / scale) + shift, Math.floor(y / scale) + shift);
      for (let channel = 0; channel < 3; channel++) {
        const noise = (x * 31 + y * 17 + channel * 7 + number * 13) % 11;
        pixels[(y * side + x) * 3 + channel] = ground - (dark ? 80 : 0) - noise - ((channel * number) % 30);
      }
    }
  return sharp(pixels, { raw: { width: side, height: side, channels: 3 } })
    .png()
    .toBuffer();
}

export interface TestEncoders {
  /** Artifacts' directories: two trainings that differ in their seed. */
  first: string;
  second: string;
  remove(): Promise<void>;
}

/** Trains two tiny encoders on the tests' photos. */
export async function testEncoders(): Promise<TestEncoders> {
  const directory = await mkdtemp(join(tmpdir(), 'vitrine-encoders-'));
  const { directory: snapshotDir } = await writeSnapshot(rows(), {
    ...{ name: 'kinds', format: 'test', temporary: join(directory, 'temporary') },
    place: () => join(directory, 'snapshot'),
  });
  const train = async (name: string, seed: number) => {
    const artifactDir = join(directory, name);
    // In 32 bits: the tests look closely at scores.
    const config = { backbone: 'small', size: 16, epochs: 2, batchSize: 32, projection: 16, int8: false };
    await superviseTraining(
      {
        ...{ task: 'similar', snapshotDir, config, artifactDir, seed },
        workDir: join(directory, `${name}-work`),
        engine: { threads: 1, providers: ['cpu'], arena: true },
      },
      { module: trainerModule, signal: new AbortController().signal, graceMs: () => 500, write: async () => undefined },
    );
    return artifactDir;
  };
  const [first, second] = await Promise.all([train('first', 1), train('second', 2)]);
  return { first, second, remove: () => removeDir(directory) };
}

async function* rows(): AsyncGenerator<ReadRow> {
  for (let row = 1; row <= 96; row++) {
    const kind = kinds[row % kinds.length] as Kind;
    const picture = { kind: 'encoded' as const, load: () => photoOf(kind, row) };
    yield { example: { row, id: String(row), label: kind, title: `No ${row}`, picture } };
  }
}
