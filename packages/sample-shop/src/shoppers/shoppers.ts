import type { Product } from '../catalogue/product.js';
import { LEAVES } from '../categories.js';
import { COLOURS, rgb } from '../fabric/colours.js';
import type { Department } from '../garments/design.js';
import { Random } from '../random.js';

export interface Shopper {
  id: string;
  /** What they mostly buy for. */
  department: Department;
  joinedAt: string;
}

export type InteractionKind = 'view' | 'cart' | 'purchase' | 'rating';

export interface Interaction {
  user: string;
  item: string;
  kind: InteractionKind;
  /** 1–5, for ratings only. */
  rating: number | null;
  session: string;
  /** ISO 8601. */
  at: string;
}

const DAY = 86_400_000;
const END = Date.UTC(2026, 9, 1);
const ADORNED = new Set(['floral', 'leopard', 'tiedye', 'brush', 'dots', 'fairisle', 'argyle']);

/** A product in the space that tastes live in: each axis is roughly in [-1, 1]. */
function traits(product: Product): number[] {
  const [red, green, blue] = rgb(COLOURS[product.design.colour]);
  const light = (red + green + blue) / 382 - 1;
  const warm = (red - blue) / 140;
  const vivid = (Math.max(red, green, blue) - Math.min(red, green, blue)) / 80 - 0.7;
  const { pattern, department } = product.design;
  const adorned = ADORNED.has(pattern) ? 1 : pattern === 'plain' || pattern === 'melange' ? -0.7 : 0.2;
  const dear = Math.log(product.price / 5000) / 1.2;
  const relaxed =
    ['oversized', 'wide', 'hood', 'chunky'].filter((word) => Object.values(product.design.cut).includes(word)).length -
    0.4;
  return [light, warm, vivid, adorned, dear, relaxed, department === 'women' ? 1 : department === 'men' ? -1 : 0];
}

interface Taste {
  vector: number[];
  categories: Map<string, number>;
}

function taste(department: Department, random: Random): Taste {
  const vector = Array.from({ length: 6 }, () => random.normal() * 1.1);
  vector.push(department === 'women' ? 2.6 : department === 'men' ? -2.6 : 0);
  return { vector, categories: new Map(LEAVES.map((leaf) => [leaf, random.normal() * 0.9])) };
}

/**
 * Shoppers with tastes and what they do: they come in sessions, look at what suits their mood among what is popular,
 * and the better it fits the further they go (cart, purchase, rating).
 */
export function generateInteractions(
  seed: string | number,
  count: number,
  products: readonly Product[],
): { shoppers: Shopper[]; interactions: Interaction[] } {
  const random = new Random(`${seed}/shoppers`);
  const features = products.map(traits);
  // A long tail: the few are seen by most.
  const popularity = random.shuffle(products.map((_, rank) => -0.75 * Math.log(1 + rank / 4)));
  const shoppers: Shopper[] = [];
  const interactions: Interaction[] = [];
  for (let i = 0; i < count; i++) {
    const own = random.fork(i);
    const department = (['women', 'men', 'kids'] as const)[own.weighted([5, 4, 1])] ?? 'women';
    const joined = END - Math.floor(own.range(20, 400)) * DAY;
    const shopper = { id: `S${String(1001 + i)}`, department, joinedAt: new Date(joined).toISOString() };
    shoppers.push(shopper);
    const liking = taste(department, own);
    const scores = products.map((product, p) => {
      const fit = (features[p] as number[]).reduce(
        (sum, value, axis) => sum + value * (liking.vector[axis] as number),
        0,
      );
      return 0.75 * fit + (liking.categories.get(product.truth.category) ?? 0);
    });
    const sessions = 1 + Math.floor(-Math.log(1 - own.next()) * 4);
    for (let s = 0; s < Math.min(sessions, 30); s++) {
      const started = joined + Math.floor(own.next() * (END - joined));
      interactions.push(...visit(shopper.id, `${shopper.id}-${s + 1}`, started, products, scores, popularity, own));
    }
  }
  interactions.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.user < b.user ? -1 : 1));
  return { shoppers, interactions };
}

/** One session: a handful of views around one kind of thing, some of which lead further. */
function visit(
  user: string,
  session: string,
  started: number,
  products: readonly Product[],
  scores: readonly number[],
  popularity: readonly number[],
  random: Random,
): Interaction[] {
  const open = products.map((product) => Date.parse(product.createdAt) <= started);
  if (!open.includes(true)) return [];
  const weights = products.map((_, p) =>
    open[p] ? Math.exp(Math.min(8, (scores[p] as number) + (popularity[p] as number))) : 0,
  );
  const wanted = products[random.weighted(weights)]?.truth.category;
  const near = weights.map((weight, p) => (products[p]?.truth.category === wanted ? weight * 5 : weight));
  const done: Interaction[] = [];
  let at = started;
  const act = (item: string, kind: InteractionKind, rating: number | null = null) => {
    done.push({ user, item, kind, rating, session, at: new Date(at).toISOString() });
    at += 5_000 + random.int(120_000);
  };
  for (let n = 2 + random.int(8); n > 0; n--) {
    const p = random.weighted(near);
    const item = products[p]?.id;
    if (item === undefined) continue;
    near[p] = 0;
    act(item, 'view');
    const pull = 1 / (1 + Math.exp(2.2 - (scores[p] as number) * 0.55));
    if (!random.chance(pull * 0.6)) continue;
    act(item, 'cart');
    if (!random.chance(0.55)) continue;
    act(item, 'purchase');
    if (random.chance(0.6)) {
      const stars = 3.4 + (scores[p] as number) * 0.35 + random.normal() * 0.7;
      act(item, 'rating', Math.min(5, Math.max(1, Math.round(stars))));
    }
  }
  return done;
}
