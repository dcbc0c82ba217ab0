/** A node of the category tree; a leaf has no children. */
export interface Category {
  code: string;
  name: string;
  parent: string | null;
}

export const CATEGORIES = [
  { code: 'clothing', name: 'Clothing', parent: null },
  { code: 'tops', name: 'Tops', parent: 'clothing' },
  { code: 't-shirts', name: 'T-shirts', parent: 'tops' },
  { code: 'shirts', name: 'Shirts', parent: 'tops' },
  { code: 'knitwear', name: 'Knitwear', parent: 'tops' },
  { code: 'hoodies', name: 'Hoodies & sweatshirts', parent: 'tops' },
  { code: 'bottoms', name: 'Bottoms', parent: 'clothing' },
  { code: 'jeans', name: 'Jeans', parent: 'bottoms' },
  { code: 'trousers', name: 'Trousers', parent: 'bottoms' },
  { code: 'shorts', name: 'Shorts', parent: 'bottoms' },
  { code: 'skirts', name: 'Skirts', parent: 'bottoms' },
  { code: 'dresses', name: 'Dresses', parent: 'clothing' },
  { code: 'outerwear', name: 'Outerwear', parent: 'clothing' },
  { code: 'coats', name: 'Coats', parent: 'outerwear' },
  { code: 'jackets', name: 'Jackets', parent: 'outerwear' },
  { code: 'shoes', name: 'Shoes', parent: null },
  { code: 'sneakers', name: 'Sneakers', parent: 'shoes' },
  { code: 'boots', name: 'Boots', parent: 'shoes' },
  { code: 'loafers', name: 'Loafers', parent: 'shoes' },
  { code: 'accessories', name: 'Accessories', parent: null },
  { code: 'bags', name: 'Bags', parent: 'accessories' },
  { code: 'hats', name: 'Hats', parent: 'accessories' },
  { code: 'scarves', name: 'Scarves', parent: 'accessories' },
  { code: 'belts', name: 'Belts', parent: 'accessories' },
] as const satisfies readonly Category[];

/** The leaves, in the order that class indices follow. */
export const LEAVES = [
  't-shirts',
  'shirts',
  'knitwear',
  'hoodies',
  'jeans',
  'trousers',
  'shorts',
  'skirts',
  'dresses',
  'coats',
  'jackets',
  'sneakers',
  'boots',
  'loafers',
  'bags',
  'hats',
  'scarves',
  'belts',
] as const;

/** Code of a leaf category: what a product is filed under. */
export type CategoryCode = (typeof LEAVES)[number];
