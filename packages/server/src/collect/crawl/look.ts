import sharp from 'sharp';

/** Photos whose hashes differ in at most so many of the 64 bits look the same. */
const SAME_BITS = 3;

/**
 * Perceptual hash of a photo (dHash): whether each of 8 × 8 brightnesses is lower than its right neighbour. Sizes,
 * formats and qualities of one photo hash nearly alike.
 * @returns 16 hex digits
 */
export async function lookOf(photo: Buffer): Promise<string> {
  const grey = await sharp(photo)
    .flatten({ background: '#fff' })
    .greyscale()
    .resize(9, 8, { fit: 'fill' })
    .raw()
    .toBuffer();
  let bits = 0n;
  for (let row = 0; row < 8; row++)
    for (let column = 0; column < 8; column++) {
      const at = row * 9 + column;
      bits = (bits << 1n) | (grey[at]! < grey[at + 1]! ? 1n : 0n);
    }
  return bits.toString(16).padStart(16, '0');
}

/** A photo without any edge hashes to this, which says nothing of what it shows. */
const FLAT = '0'.repeat(16);

/** Whether two perceptual hashes are of the same photo. */
export function looksSame(one: string, other: string): boolean {
  if (one === FLAT || other === FLAT) return false;
  let different = BigInt(`0x${one}`) ^ BigInt(`0x${other}`);
  let bits = 0;
  for (; different > 0n; different &= different - 1n) bits++;
  return bits <= SAME_BITS;
}
