import type { CategoryCode } from '../categories.js';
import type { ColourCode } from '../fabric/colours.js';
import type { MaterialCode } from '../fabric/materials.js';
import type { PatternCode } from '../fabric/patterns.js';
import type { Drawing } from '../picture/part.js';
import type { Random } from '../random.js';

export type Department = 'women' | 'men' | 'kids';

/** Everything a picture and a text can say about one product. */
export interface Design {
  category: CategoryCode;
  department: Department;
  colour: ColourCode;
  /** Colours of the pattern and trims. */
  accents: readonly ColourCode[];
  pattern: PatternCode;
  material: MaterialCode;
  /** Cut: neckline, sleeve, length…; the values each garment knows. */
  cut: Readonly<Record<string, string>>;
  /** Which of the endless small variations. */
  seed: string;
}

/** One kind of garment: what it can be, and how it is drawn. */
export interface Garment {
  /** Materials it is made of, the usual first. */
  materials: readonly MaterialCode[];
  patterns: readonly PatternCode[];
  departments: readonly Department[];
  /** Colours it mostly comes in; all when absent. */
  colours?: readonly ColourCode[];
  /** Cents, low and high. */
  price: readonly [low: number, high: number];
  sizes: 'letters' | 'numbers' | 'shoes' | 'one';
  /** Chooses a cut. */
  cut(random: Random, department: Department): Record<string, string>;
  /** What a cut asks of its cloth, where that is not free. */
  cloth?(cut: Readonly<Record<string, string>>): Partial<Pick<Design, 'material' | 'pattern'>>;
  /** The picture in the shop. */
  draw(design: Design, random: Random): Drawing;
  /** How it looks on a figure, in front; the shop's drawing when absent. */
  worn?(design: Design, random: Random): Drawing;
  /** How it is shown. */
  display: 'hanging' | 'flat' | 'standing';
}
