import type { Product } from '../catalogue/product.js';
import { type CategoryCode, LEAVES } from '../categories.js';
import type { Department } from '../garments/design.js';
import { Random } from '../random.js';
import { dress } from './outfit.js';

/** One person of a street photo. */
export interface Passer {
  department: Department;
  /** Centre as a share of the picture's width, and how large they appear. */
  x: number;
  scale: number;
  wears: readonly Product[];
  seed: string;
}

export interface Scene {
  seed: string;
  passers: readonly Passer[];
}

/** Names of mask values: 0 is what the shop does not sell, then the leaf categories in order. */
export const MASK_CLASSES: readonly ('background' | CategoryCode)[] = ['background', ...LEAVES];

/** Stages street photos of one to three people wearing products of the shop. */
export function generateScenes(seed: string | number, count: number, products: readonly Product[]): Scene[] {
  return Array.from({ length: count }, (_, i) => {
    const random = new Random(`${seed}/street/${i}`);
    const people = 1 + random.weighted([5, 4, 2]);
    const passers = Array.from({ length: people }, (_, p): Passer => {
      const department = random.pick(['women', 'women', 'men', 'men', 'kids'] as const);
      return {
        department,
        x: (p + 0.5) / people + random.range(-0.04, 0.04),
        scale: (people === 3 ? 0.86 : 1) * (department === 'kids' ? 0.76 : 1) * random.range(0.93, 1.03),
        wears: dress(products, department, random),
        seed: `${seed}/${i}/${p}`,
      };
    });
    return { seed: `${seed}/${i}`, passers };
  });
}
