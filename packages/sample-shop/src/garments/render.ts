import { COLOURS, lightness } from '../fabric/colours.js';
import { type Backdrop, PAPERS } from '../picture/backdrop.js';
import type { Drawing } from '../picture/part.js';
import { photograph, type RenderOptions } from '../picture/studio.js';
import { hash, Random } from '../random.js';
import type { Design } from './design.js';
import { GARMENTS } from './garments.js';
import { hanger } from './hanger.js';

/** The drawing of a design as the shop shows it. */
function display(design: Design): { drawing: Drawing; backdrop: Backdrop } {
  const random = new Random(`${design.seed}/picture`);
  const garment = GARMENTS[design.category];
  const drawing = garment.draw(design, random);
  // Pale things stand before deeper papers.
  const papers = lightness(COLOURS[design.colour]) > 0.75 ? PAPERS.slice(4) : PAPERS;
  const hanging = garment.display === 'hanging' && random.chance(0.4);
  const kind = garment.display === 'standing' ? 'table' : hanging ? 'wall' : 'flat';
  return {
    drawing: hanging ? [...hanger(), ...drawing] : drawing,
    backdrop: { paper: random.pick(papers), kind, horizon: 0.66 },
  };
}

/**
 * A product's square picture: the same bytes for the same product and options on one machine.
 * @returns an encoded image, JPEG unless asked otherwise
 */
export async function renderProduct(
  product: { readonly design: Design },
  options: RenderOptions = {},
): Promise<Buffer> {
  const { drawing, backdrop } = display(product.design);
  return photograph(drawing, backdrop, hash(product.design.seed), options);
}
