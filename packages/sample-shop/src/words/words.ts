import type { CategoryCode } from '../categories.js';
import type { ColourCode } from '../fabric/colours.js';
import type { MaterialCode } from '../fabric/materials.js';
import type { PatternCode } from '../fabric/patterns.js';
import type { Department } from '../garments/design.js';

export type Language = 'en' | 'fr' | 'de' | 'es' | 'it';

/** Materials that people wear, as opposed to those only pictures know. */
export type ClothCode = Exclude<MaterialCode, 'wood' | 'metal' | 'skin'>;

/**
 * What sellers say in one language. In sentences `{noun} {colour} {material} {pattern} {department} {brand}` stand for the product's own words;
 * phrases are chosen so that none has to agree in gender or number.
 */
export interface Words {
  /** Names of each category's things, the plainest first. */
  nouns: Record<CategoryCode, readonly string[]>;
  /** Details that a cut's values are called. */
  details: Readonly<Record<string, string>>;
  colours: Record<ColourCode, string>;
  materials: Record<ClothCode, string>;
  patterns: Record<PatternCode, string>;
  departments: Record<Department, string>;
  titles: readonly string[];
  /** Titles that do not say what the thing is. */
  vague: readonly string[];
  openings: readonly string[];
  middles: readonly string[];
  closings: readonly string[];
  size: string;
}
