import { type CategoryCode, LEAVES } from '../categories.js';
import { COLOUR_CODES, COLOURS, COMPANIONS } from '../fabric/colours.js';
import type { Design } from '../garments/design.js';
import { GARMENTS } from '../garments/garments.js';
import { Random } from '../random.js';
import type { Language } from '../words/words.js';
import { write } from './listing.js';
import type { Product } from './product.js';

/** House names: invented. */
export const BRANDS = [
  'Maren & Holt',
  'Atelier Oriel',
  'Nordhavn',
  'Casa Lume',
  'Fennwick',
  'Tessaline',
  'Brume',
  'Solenne',
  'Kiln & Thread',
  'Arvika Works',
  'Ostara',
  'Petit Varech',
] as const;

const LANGUAGES: readonly Language[] = ['en', 'en', 'en', 'fr', 'fr', 'de', 'de', 'es', 'it'];
const SIZES = {
  letters: ['XS', 'S', 'M', 'L', 'XL'],
  numbers: ['34', '36', '38', '40', '42', '44'],
  shoes: ['37', '38', '39', '40', '41', '42', '43'],
  one: ['one size'],
} as const;

/** What a seller might take each thing for. */
const CONFUSED: Record<CategoryCode, CategoryCode> = {
  't-shirts': 'shirts',
  shirts: 'jackets',
  knitwear: 'hoodies',
  hoodies: 'knitwear',
  jeans: 'trousers',
  trousers: 'jeans',
  shorts: 'skirts',
  skirts: 'shorts',
  dresses: 'skirts',
  coats: 'jackets',
  jackets: 'coats',
  sneakers: 'boots',
  boots: 'loafers',
  loafers: 'sneakers',
  bags: 'belts',
  hats: 'scarves',
  scarves: 'hats',
  belts: 'bags',
};

export const MISLABELLED = 0.015;
export const DUPLICATED = 0.025;

function design(category: CategoryCode, seed: string, random: Random): Design {
  const garment = GARMENTS[category];
  const department = random.pick(garment.departments);
  const colour = random.pick(garment.colours ?? COLOUR_CODES);
  const cut = garment.cut(random, department);
  return {
    category,
    department,
    colour,
    accents: random.shuffle(COMPANIONS[colour]).slice(0, 3),
    pattern: random.pick(garment.patterns),
    material: random.pick(garment.materials),
    ...garment.cloth?.(cut),
    cut,
    seed,
  };
}

/** Lists one design: words, price, stock, dates. `at` is its place in the catalogue. */
function list(what: Design, at: number, random: Random): Product {
  const garment = GARMENTS[what.category];
  const language = random.pick(LANGUAGES);
  const brand = random.pick(BRANDS);
  const first = random.int(3);
  const all = SIZES[garment.sizes];
  const sizes = all.length === 1 ? all : all.slice(Math.min(first, all.length - 2));
  const { title, description, colour, vague } = write(what, language, brand, random.pick(sizes), random.fork('words'));
  const mislabelled = random.chance(MISLABELLED);
  const [low, high] = garment.price;
  const price = Math.round((low + (high - low) * random.next() ** 1.8) / 500) * 500 - 10;
  const daysAgo = Math.floor(random.range(0, 420));
  return {
    id: `V${String(10001 + at)}`,
    title,
    description,
    language,
    category: mislabelled ? CONFUSED[what.category] : what.category,
    price: Math.max(490, price),
    currency: 'EUR',
    brand,
    colour,
    sizes,
    stock: random.chance(0.06) ? 0 : 1 + random.int(60),
    createdAt: new Date(Date.UTC(2026, 9, 1) - daysAgo * 86_400_000 + random.int(86_400) * 1000).toISOString(),
    attributes: {
      department: what.department,
      material: what.material,
      pattern: what.pattern,
      colourCode: what.colour,
      colourValue: COLOURS[what.colour],
      ...what.cut,
    },
    design: what,
    truth: { category: what.category, mislabelled, duplicateOf: null, vague },
  };
}

/** A catalogue in which every category occurs; the same seed gives the same one. */
export function generateProducts(seed: string | number, count: number): Product[] {
  const random = new Random(`${seed}/catalogue`);
  const shares = LEAVES.map((leaf) =>
    ['t-shirts', 'dresses', 'shirts', 'knitwear'].includes(leaf) ? 1.5 : ['belts', 'loafers'].includes(leaf) ? 0.7 : 1,
  );
  const products: Product[] = [];
  for (let at = 0; at < count; at++) {
    const own = random.fork(at);
    const earlier = products.length > 20 && own.chance(DUPLICATED) ? own.pick(products) : undefined;
    const category = LEAVES[at < LEAVES.length ? at : own.weighted(shares)] as CategoryCode;
    const product = list(earlier?.design ?? design(category, `${seed}/${at}`, own), at, own);
    products.push(
      earlier
        ? {
            ...product,
            brand: earlier.brand,
            truth: { ...product.truth, duplicateOf: earlier.truth.duplicateOf ?? earlier.id },
          }
        : product,
    );
  }
  return products;
}
