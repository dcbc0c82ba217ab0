import type { Fabric } from '../fabric/fabric.js';
import type { Path } from '../geometry/path.js';

/** A family of folds in a part's cloth; lengths in body units, angles in degrees. */
export type Fold =
  /** Parallel folds running along `angle` (0 runs down). */
  | { kind: 'along'; angle: number; period: number; depth: number }
  /** Folds spreading from a point, growing from the distance `from`. */
  | { kind: 'fan'; x: number; y: number; degrees: number; depth: number; from: number }
  /** Folds bunched around a point, running along `angle`. */
  | { kind: 'bunch'; x: number; y: number; radius: number; angle: number; period: number; depth: number }
  /** Even padded channels running along `angle`. */
  | { kind: 'quilt'; angle: number; period: number; depth: number }
  /** Soft, directionless unevenness. */
  | { kind: 'crumple'; period: number; depth: number };

/** One piece of cloth (or sole, buckle, limb…), painted over those before it. */
export interface Part {
  path: Path;
  fabric: Fabric;
  /** How far in from the edge it curves away from the light, body units; 0 is flat. */
  round: number;
  /** Degrees the cloth's grain is turned. */
  grain?: number;
  folds?: readonly Fold[];
  /** Seams, buttons and prints, as SVG in body units, kept inside the part. */
  details?: string;
  /** Height above what lies under it, which decides the shadow it throws there; 1 is usual. */
  lift?: number;
  /** Brightness of the whole part, for linings in the dark. */
  tone?: number;
  /** Seen only through an empty garment's openings (linings, a hood's dark): left out on a figure. */
  inside?: boolean;
  /** What shows it but does not belong to it (a hanger, a shop dummy). */
  prop?: boolean;
}

/** Parts in the order they are painted. */
export type Drawing = readonly Part[];
