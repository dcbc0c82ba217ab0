import { once } from 'node:events';
import { renderProduct } from '@vitrine/sample-shop';
import type { Rendered, RenderOrder } from './render.js';

/** A process that draws products' pictures, one at a time, waiting for each to be taken. */
const [order] = (await once(process, 'message')) as [RenderOrder];
for (const { id, design } of order.products) {
  const taken = once(process, 'message');
  const picture: Rendered = { id, bytes: await renderProduct({ design }, { size: order.side }) };
  process.send?.(picture);
  await taken;
}
process.disconnect?.();
