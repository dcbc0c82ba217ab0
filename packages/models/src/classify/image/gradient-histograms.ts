import type { PictureFrame } from '../../pictures/picture.js';

/** Cells along both sides of the frame, and directions told apart in each. */
const [CELLS, DIRECTIONS] = [8, 9];
/** Each cell stands in four blocks of 2 × 2 cells and is made relative to the contrast in each of them. */
const BLOCKS = [
  [-1, -1],
  [-1, 0],
  [0, -1],
  [0, 0],
] as const;
export const HISTOGRAM_SIZE = CELLS * CELLS * DIRECTIONS * BLOCKS.length;
/** Pixels of a cell for which `FAINT` was meant: what larger cells hold is divided accordingly. */
const CELL_AREA = 64;
/** Added to a block's energy, so that the grain of an even ground stays faint. */
const FAINT = 1e-2;
/** No direction counts for more than this share of its block. */
const MOST = 0.2;
/** Length of the vector: what the linear model's step size goes with. */
const LENGTH = 8;

const ROOTS = Float32Array.from({ length: 256 }, (_, value) => Math.sqrt(value / 255));

/**
 * Histograms of oriented gradients (Dalal & Triggs 2005) of a decoded picture [H, W, C]: which way the edges run in each of
 * 8 × 8 cells, by their strength, whatever the contrast of its surroundings. Square-root colours, the channel of the
 * steepest gradient, votes shared among the nearest cells and directions, four block norms clipped at 0.2.
 * Gives `HISTOGRAM_SIZE` numbers; `mirrored`: of the picture with left and right exchanged.
 */
export function gradientHistograms(picture: Uint8Array, frame: PictureFrame, mirrored = false): Float32Array {
  return normalised(votes(picture, frame, mirrored));
}

/** [cells, cells, directions]: the strength of gradients, by where they are and which way they point. */
function votes(picture: Uint8Array, { width, height, channels }: PictureFrame, mirrored: boolean): Float32Array {
  const cells = new Float32Array(CELLS * CELLS * DIRECTIONS);
  const share = (CELL_AREA * CELLS * CELLS) / (width * height);
  const [right, below] = [channels, width * channels];
  for (let y = 1; y < height - 1; y++) {
    const down = ((y + 0.5) * CELLS) / height - 0.5;
    for (let x = 1; x < width - 1; x++) {
      let [gx, gy, steepest] = [0, 0, 0];
      for (let c = 0, at = (y * width + x) * channels; c < channels; c++, at++) {
        const dx = ROOTS[picture[at + right]!]! - ROOTS[picture[at - right]!]!;
        const dy = ROOTS[picture[at + below]!]! - ROOTS[picture[at - below]!]!;
        const squared = dx * dx + dy * dy;
        if (squared > steepest) [gx, gy, steepest] = [dx, dy, squared];
      }
      if (steepest === 0) continue;
      // Edges have no sign: opposite gradients are one direction.
      const angle = Math.atan2(gy, mirrored ? -gx : gx) / Math.PI;
      const direction = (angle < 0 ? angle + 1 : angle) * DIRECTIONS;
      const across = ((mirrored ? width - x - 0.5 : x + 0.5) * CELLS) / width - 0.5;
      vote(cells, down, across, direction, share * Math.sqrt(steepest));
    }
  }
  return cells;
}

/** Shares a vote among the two nearest rows and columns of cells and the two nearest directions. */
function vote(cells: Float32Array, down: number, across: number, direction: number, strength: number): void {
  const [row, column, first] = [Math.floor(down), Math.floor(across), Math.floor(direction)];
  const turned = direction - first;
  for (let dy = 0; dy < 2; dy++) {
    if (row + dy < 0 || row + dy >= CELLS) continue;
    const ofRow = strength * (dy === 0 ? row + 1 - down : down - row);
    for (let dx = 0; dx < 2; dx++) {
      if (column + dx < 0 || column + dx >= CELLS) continue;
      const ofCell = ofRow * (dx === 0 ? column + 1 - across : across - column);
      const at = ((row + dy) * CELLS + column + dx) * DIRECTIONS;
      cells[at + (first % DIRECTIONS)]! += ofCell * (1 - turned);
      cells[at + ((first + 1) % DIRECTIONS)]! += ofCell * turned;
    }
  }
}

function normalised(cells: Float32Array): Float32Array {
  const energies = new Float32Array(CELLS * CELLS);
  cells.forEach((value, at) => {
    energies[Math.floor(at / DIRECTIONS)]! += value * value;
  });
  const energy = (row: number, column: number) =>
    row < 0 || row >= CELLS || column < 0 || column >= CELLS ? 0 : energies[row * CELLS + column]!;
  const result = new Float32Array(HISTOGRAM_SIZE);
  let [at, squares] = [0, 0];
  for (let cell = 0; cell < energies.length; cell++) {
    for (const [up, left] of BLOCKS) {
      const [row, column] = [Math.floor(cell / CELLS) + up, (cell % CELLS) + left];
      const block =
        energy(row, column) + energy(row, column + 1) + energy(row + 1, column) + energy(row + 1, column + 1);
      const norm = Math.sqrt(block + FAINT);
      for (let d = 0; d < DIRECTIONS; d++) {
        const value = Math.min(MOST, cells[cell * DIRECTIONS + d]! / norm);
        result[at++] = value;
        squares += value * value;
      }
    }
  }
  const scale = squares > 0 ? LENGTH / Math.sqrt(squares) : 0;
  return result.map((value) => value * scale);
}
