import { createRandom, type Trainer } from '@vitrine/grad';
import { blend, fitBlend, type Scores } from '../blend.js';
import { type Evidence, type JointTraining, scoreJointly, trainJointHead } from './joint-head.js';

/** How the logits of the heads a listing can use, and last those of the joint head, add up. */
export interface Routes {
  readonly text: number[];
  readonly image: number[];
  readonly both: number[];
}
export type Route = keyof Routes;

export interface Fusion {
  /** The joint head trained on all rows given; to be released. */
  readonly joint: Trainer;
  readonly routes: Routes;
}

const FOLDS = 5;
const ROUTES: readonly Route[] = ['both', 'text', 'image'];

/**
 * Trains the joint head and fits, for listings with text, picture or both, the weights of the heads and the joint head.
 * The weights are fitted on what joint heads say that were trained on the other folds, so a joint head that does not
 * help gets next to no weight.
 */
export async function fitFusion(given: Omit<JointTraining, 'rows'>): Promise<Fusion> {
  const { evidence, labels, classes, seed } = given;
  const order = createRandom(seed, 'folds').shuffle(Int32Array.from(labels.keys()));
  const unseen: Record<Route, Float32Array> = {
    both: new Float32Array(labels.length * classes),
    text: new Float32Array(labels.length * classes),
    image: new Float32Array(labels.length * classes),
  };
  const folds = Math.min(FOLDS, labels.length);
  for (let fold = 0; folds > 1 && fold < folds; fold++) {
    const held = order.filter((_, i) => i % folds === fold);
    const joint = await trainJointHead({ ...given, rows: [...order.filter((_, i) => i % folds !== fold)] });
    for (const route of ROUTES) {
      const scores = await scoreJointly(joint, onlyOf(pickRows(evidence, held, classes), route));
      held.forEach((row, i) => {
        unseen[route].set(scores.subarray(i * classes, (i + 1) * classes), row * classes);
      });
    }
    await joint.release();
  }
  const fitted = (route: Route) => fitBlend([...headsOf(evidence, route), unseen[route]], labels, classes);
  return {
    joint: await trainJointHead({ ...given, rows: [...order] }),
    routes: { both: fitted('both'), text: fitted('text'), image: fitted('image') },
  };
}

/** Calibrated logits of listings that all go one way; `joint` are the joint head's of `onlyOf(evidence, route)`. */
export function fuse(evidence: Evidence, joint: Scores, route: Route, routes: Routes): Float32Array {
  return blend([...headsOf(evidence, route), joint], routes[route]);
}

/** The evidence without what the route does not see. */
export function onlyOf({ text, image }: Evidence, route: Route): Evidence {
  return {
    text: route === 'image' ? new Float32Array(text.length) : text,
    image: route === 'text' ? new Float32Array(image.length) : image,
  };
}

function headsOf({ text, image }: Evidence, route: Route): Scores[] {
  return [...(route === 'image' ? [] : [text]), ...(route === 'text' ? [] : [image])];
}

function pickRows({ text, image }: Evidence, rows: Int32Array, width: number): Evidence {
  const pick = (values: Float32Array) => {
    const picked = new Float32Array(rows.length * width);
    rows.forEach((row, i) => {
      picked.set(values.subarray(row * width, (row + 1) * width), i * width);
    });
    return picked;
  };
  return { text: pick(text), image: pick(image) };
}
