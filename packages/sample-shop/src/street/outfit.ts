import type { Product } from '../catalogue/product.js';
import type { Department } from '../garments/design.js';
import { GARMENTS } from '../garments/garments.js';
import type { Part } from '../picture/part.js';
import { Random } from '../random.js';

/** Shoes and trousers lie below tops, tops below coats; then what is put on last. */
const ORDER = [
  'sneakers',
  'loafers',
  'boots',
  'jeans',
  'trousers',
  'shorts',
  'skirts',
  't-shirts',
  'shirts',
  'knitwear',
  'hoodies',
  'dresses',
  'belts',
  'jackets',
  'coats',
  'scarves',
  'hats',
  'bags',
];

/** Where things that are not drawn on the body go: offset, scale and whether they come from their shop picture. */
const PLACES: Readonly<Record<string, { x: number; y: number; scale: number }>> = {
  scarves: { x: 0, y: 38, scale: 0.86 },
  bags: { x: 34, y: 96, scale: 0.72 },
};

const HAT = { x: 0, y: 1.5, scale: 0.94 };

const TOPS = ['t-shirts', 'shirts', 'knitwear', 'hoodies'] as const;
const BOTTOMS = ['jeans', 'trousers', 'shorts', 'skirts'] as const;
const SHOES = ['sneakers', 'boots', 'loafers'] as const;

/** Picks what one figure wears: shoes, a dress or a top and bottom, and perhaps something over, on or in hand. */
export function dress(products: readonly Product[], department: Department, random: Random): Product[] {
  const rack = new Map<string, Product[]>();
  for (const product of products) {
    const { category, department: made } = product.design;
    const unisex = ['bags', 'hats', 'scarves', ...SHOES].includes(category);
    if (made === department || unisex) rack.set(category, [...(rack.get(category) ?? []), product]);
  }
  const worn: Product[] = [];
  const take = (kinds: readonly string[]) => {
    const kind = kinds.filter((name) => rack.has(name));
    if (kind.length > 0) worn.push(random.pick(rack.get(random.pick(kind)) as Product[]));
  };
  take(SHOES);
  if (department === 'women' && random.chance(0.35)) take(['dresses']);
  else {
    take(BOTTOMS);
    take(TOPS);
  }
  if (random.chance(0.35)) take(['jackets', 'coats']);
  const extra = random.next();
  if (worn.length < 5 && extra < 0.4) take(['bags']);
  else if (worn.length < 5 && extra < 0.6) take(['hats']);
  else if (worn.length < 5 && extra < 0.75) take(['scarves']);
  return worn.sort((a, b) => ORDER.indexOf(a.design.category) - ORDER.indexOf(b.design.category));
}

/** A product's parts as worn, in body units. */
export function wear(product: Product): Part[] {
  const { design } = product;
  const garment = GARMENTS[design.category];
  const random = new Random(`${design.seed}/picture`);
  const place = design.category === 'hats' ? HAT : PLACES[design.category];
  const drawing = (garment.worn ?? garment.draw)(design, random);
  const visible = drawing.filter((part) => !part.inside && !part.prop);
  return place ? visible.map((part) => moved(part, place.x, place.y, place.scale)) : visible;
}

/** A part moved and scaled with all that belongs to it. */
export function moved(part: Part, x: number, y: number, scale: number): Part {
  return {
    ...part,
    path: part.path.placed(x, y, scale),
    fabric: { ...part.fabric, scale: part.fabric.scale * scale },
    round: part.round * scale,
    details: part.details ? `<g transform="translate(${x} ${y}) scale(${scale})">${part.details}</g>` : '',
    folds: (part.folds ?? []).map((fold) => {
      const depth = fold.depth * scale;
      if (fold.kind === 'fan')
        return { ...fold, x: x + fold.x * scale, y: y + fold.y * scale, from: fold.from * scale, depth };
      const period = fold.period * scale;
      if (fold.kind === 'bunch')
        return { ...fold, x: x + fold.x * scale, y: y + fold.y * scale, radius: fold.radius * scale, period, depth };
      return { ...fold, period, depth };
    }),
  };
}
