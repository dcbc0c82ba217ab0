import type { MaterialCode } from './materials.js';
import type { PatternCode } from './patterns.js';

/** What a part is cut from. */
export interface Fabric {
  /** The ground colour, `#rrggbb`. */
  colour: string;
  material: MaterialCode;
  pattern: PatternCode;
  /** Colours of the pattern's figures, at least one unless plain. */
  accents: readonly string[];
  /** Size of the repeat: 1 is usual. */
  scale: number;
}

export function plain(colour: string, material: MaterialCode): Fabric {
  return { colour, material, pattern: 'plain', accents: [], scale: 1 };
}
