import { createRandom } from '@vitrine/grad';

const COMPONENTS = 128;
/** Rounds of subspace iteration: the leading components of pictures stand apart after a few. */
const ROUNDS = 8;

/**
 * What pixels alone are good for: vectors [rows × components] of length 1 in the span of the 128 leading principal
 * components of the training pictures, found by subspace iteration on their inner products (Halko et al. 2011,
 * algorithm 4.4). Lengths and angles are those of principal component analysis, whatever the axes within the span.
 */
export function principalVectors(
  training: readonly Uint8Array[],
  pictures: readonly Uint8Array[],
  seed: number,
): Float32Array {
  const size = training[0]?.length ?? 0;
  const mean = new Float64Array(size);
  for (const picture of training) for (let i = 0; i < size; i++) mean[i]! += picture[i]! / training.length;
  const centred = (picture: Uint8Array) => Float32Array.from(picture, (value, i) => value - mean[i]!);
  const axes = leadingAxes(training.map(centred), seed);
  const vectors = new Float32Array(pictures.length * axes.length);
  for (const [row, picture] of pictures.entries()) {
    const pixels = centred(picture);
    const along = Float32Array.from(axes, (axis) => dot(axis, pixels));
    const length = Math.sqrt(dot(along, along)) || 1;
    vectors.set(
      along.map((value) => value / length),
      row * axes.length,
    );
  }
  return vectors;
}

/** An orthonormal basis of the span of the leading principal components of centred rows. */
function leadingAxes(rows: readonly Float32Array[], seed: number): Float32Array[] {
  const random = createRandom(seed, 'principal components');
  const gram = rows.map(() => new Float32Array(rows.length));
  for (const [i, row] of rows.entries()) {
    for (let j = 0; j <= i; j++) gram[i]![j] = gram[j]![i] = dot(row, rows[j]!);
  }
  const count = Math.min(COMPONENTS, rows.length);
  let basis: Float32Array[] = Array.from({ length: count }, () => Float32Array.from(rows, () => random.normal()));
  for (let round = 0; round < ROUNDS; round++) {
    basis = orthonormal(basis.map((vector) => Float32Array.from(gram, (row) => dot(row, vector))));
  }
  return orthonormal(basis.map((weights) => combined(rows, weights)));
}

function combined(rows: readonly Float32Array[], weights: Float32Array): Float32Array {
  const sum = new Float32Array(rows[0]?.length ?? 0);
  for (const [r, row] of rows.entries()) {
    const weight = weights[r]!;
    for (let i = 0; i < sum.length; i++) sum[i]! += weight * row[i]!;
  }
  return sum;
}

/** Gram–Schmidt, twice for accuracy; vectors that lie in the span of those before are left out. */
function orthonormal(vectors: readonly Float32Array[]): Float32Array[] {
  const basis: Float32Array[] = [];
  for (const vector of vectors) {
    const rest = Float32Array.from(vector);
    for (const other of [...basis, ...basis]) {
      const along = dot(rest, other);
      for (let i = 0; i < rest.length; i++) rest[i]! -= along * other[i]!;
    }
    const length = Math.sqrt(dot(rest, rest));
    if (length > 1e-4 * Math.sqrt(dot(vector, vector))) basis.push(rest.map((value) => value / length));
  }
  return basis;
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
