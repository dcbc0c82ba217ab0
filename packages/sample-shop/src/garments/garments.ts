import type { CategoryCode } from '../categories.js';
import { bags } from './bags.js';
import { belts } from './belts.js';
import { boots } from './boots.js';
import { coats } from './coats.js';
import type { Garment } from './design.js';
import { dresses } from './dresses.js';
import { hats } from './hats.js';
import { hoodies } from './hoodies.js';
import { jackets } from './jackets.js';
import { jeans } from './jeans.js';
import { knitwear } from './knitwear.js';
import { loafers } from './loafers.js';
import { scarves } from './scarves.js';
import { shirts } from './shirts.js';
import { shorts } from './shorts.js';
import { skirts } from './skirts.js';
import { sneakers } from './sneakers.js';
import { tShirts } from './t-shirts.js';
import { trousers } from './trousers.js';

/** Every kind of garment the shop sells. */
export const GARMENTS: Record<CategoryCode, Garment> = {
  't-shirts': tShirts,
  shirts,
  knitwear,
  hoodies,
  jeans,
  trousers,
  shorts,
  skirts,
  dresses,
  coats,
  jackets,
  sneakers,
  boots,
  loafers,
  bags,
  hats,
  scarves,
  belts,
};
