import { generateProducts } from './catalogue/generate.js';
import type { Product } from './catalogue/product.js';
import { CATEGORIES, type Category } from './categories.js';
import { generateInteractions, type Interaction, type Shopper } from './shoppers/shoppers.js';

export interface ShopOptions {
  /** The same seed gives the same shop. */
  seed?: string | number;
  /** How many listings; default 720. */
  products?: number;
  /** How many shoppers; default 600. */
  shoppers?: number;
}

export interface Shop {
  categories: readonly Category[];
  products: readonly Product[];
  shoppers: readonly Shopper[];
  /** In order of time. */
  interactions: readonly Interaction[];
}

/** Describes a whole shop as plain objects; pictures are drawn when asked for. */
export function generateShop({ seed = 'vitrine', products = 720, shoppers = 600 }: ShopOptions = {}): Shop {
  const listed = generateProducts(seed, products);
  return { categories: CATEGORIES, products: listed, ...generateInteractions(seed, shoppers, listed) };
}
