import { plain } from '../fabric/fabric.js';
import { Path } from '../geometry/path.js';
import type { Part } from '../picture/part.js';

/** A wooden hanger for whatever hangs from its shoulders: drawn first, so that only the neck shows it. */
export function hanger(): Part[] {
  const hook = new Path(-0.4, 30)
    .to(-0.4, 20)
    .curve(-0.4, 17.4, 4, 17.6, 4, 14)
    .curve(4, 10.4, -2.4, 10.2, -2.8, 13.6)
    .to(-1.9, 13.8, -0.1)
    .curve(-1.4, 11.4, 3, 11.4, 3, 14)
    .curve(3, 16.8, -1.4, 16.6, 0.5, 20)
    .to(0.5, 30);
  const bar = new Path(0, 26).curve(4, 26, 9, 29, 13, 32).to(13, 34.5, 0.3).curve(9, 32, 4, 29.4, 0, 29.4).mirrored();
  return [
    { path: hook, fabric: plain('#b9b2a4', 'metal'), round: 0.5, prop: true },
    { path: bar, fabric: plain('#b58a5c', 'wood'), round: 1.4, prop: true },
  ];
}
