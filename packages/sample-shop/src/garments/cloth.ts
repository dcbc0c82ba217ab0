import { COLOURS, lightness, mix } from '../fabric/colours.js';
import type { Fabric } from '../fabric/fabric.js';
import { plain } from '../fabric/fabric.js';
import type { MaterialCode } from '../fabric/materials.js';
import type { Design } from './design.js';

/** The cloths a design is sewn from. */
export interface Cloth {
  main: Fabric;
  /** The same colour without the pattern, for collars, hems and small pieces. */
  solid: Fabric;
  /** First companion colour. */
  trim: Fabric;
  lining: Fabric;
  /** Button and thread colours that go with it. */
  button: string;
}

export function cloth(design: Design, scale = 1): Cloth {
  const colour = COLOURS[design.colour];
  const accents = design.accents.map((accent) => COLOURS[accent]);
  const main: Fabric = { colour, material: design.material, pattern: design.pattern, accents, scale };
  const light = lightness(colour);
  return {
    main,
    solid: plain(colour, design.material),
    trim: plain(accents[0] ?? mix(colour, '#ffffff', 0.4), design.material),
    lining: plain(mix(colour, light > 0.5 ? '#8a8175' : '#000000', 0.22), 'cotton'),
    button:
      light > 0.62
        ? mix(colour, '#8b7355', 0.45)
        : light > 0.3
          ? mix(colour, '#201812', 0.55)
          : mix(colour, '#cbb994', 0.55),
  };
}

/** Rib for cuffs and hems in a cloth's colour. */
export function rib(fabric: Fabric, material: MaterialCode = 'ribbed'): Fabric {
  return plain(mix(fabric.colour, '#000000', 0.06), material);
}
