import { createRandom, type Trainer } from '@vitrine/grad';
import { negativeLogLikelihood } from '../../metrics/calibration.js';
import { argmaxRows } from '../../metrics/classification.js';
import { softmaxRows } from '../../metrics/softmax.js';
import { blend, fitBlend, type Scores } from '../blend.js';
import { type Evidence, type JointTraining, scoreJointly, trainJointHead } from './joint-head.js';

/** Weights of the logits of the heads a listing can use, and last of the joint head's. */
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

const FOLDS = 10;
const ROUTES: readonly Route[] = ['both', 'text', 'image'];

/**
 * Trains the joint head and decides, for listings with text, picture or both, who answers: the joint head, or the heads
 * by a weight each (stacking, Wolpert 1992). That is the heads, unless the joint head is right about more of the rows that
 * it did not learn from (cross-validation in ten folds) and its probabilities tell more about them.
 */
export async function fitFusion(given: Omit<JointTraining, 'rows'>): Promise<Fusion> {
  const { evidence, labels, classes } = given;
  const held = labels.length < FOLDS ? undefined : await crossValidate(given);
  const chosen = (route: Route) => {
    const heads = headsOf(evidence, route);
    if (held && isBetter(held.joint[route], held.stacked[route])) return [...heads.map(() => 0), 1];
    return [...fitBlend(heads, labels, classes), 0];
  };
  return {
    joint: await trainJointHead({ ...given, rows: [...labels.keys()] }),
    routes: { both: chosen('both'), text: chosen('text'), image: chosen('image') },
  };
}

/** How well rows not learnt from were answered: how many right, and the summed negative log-likelihood of the labels. */
interface Score {
  right: number;
  loss: number;
}
type HeldOut = Record<Route, Score>;

function isBetter(score: Score, than: Score): boolean {
  return score.right > than.right && score.loss < than.loss;
}

/** Each row answered by a joint head, and by weights, that had not seen its fold. */
async function crossValidate(given: Omit<JointTraining, 'rows'>): Promise<{ joint: HeldOut; stacked: HeldOut }> {
  const { evidence, labels, classes, seed } = given;
  const order = createRandom(seed, 'folds').shuffle(Int32Array.from(labels.keys()));
  const nothing = (): HeldOut => ({
    both: { right: 0, loss: 0 },
    text: { right: 0, loss: 0 },
    image: { right: 0, loss: 0 },
  });
  const [joint, stacked] = [nothing(), nothing()];
  for (let fold = 0; fold < FOLDS; fold++) {
    const held = order.filter((_, i) => i % FOLDS === fold);
    const others = order.filter((_, i) => i % FOLDS !== fold);
    const [seen, unseen] = [others, held].map((rows) => pickRows(evidence, rows, classes)) as [Evidence, Evidence];
    const [learnt, asked] = [others, held].map((rows) => rows.map((row) => labels[row]!)) as [Int32Array, Int32Array];
    const count = (score: Score, logits: Scores) => {
      const probabilities = softmaxRows(logits, classes);
      score.loss += held.length * negativeLogLikelihood({ classes, probabilities, labels: asked });
      argmaxRows(logits, classes).forEach((answer, i) => {
        if (answer === asked[i]) score.right += 1;
      });
    };
    const head = await trainJointHead({ ...given, rows: [...others] });
    for (const route of ROUTES) {
      count(joint[route], await scoreJointly(head, onlyOf(unseen, route), classes));
      const weights = fitBlend(headsOf(seen, route), learnt, classes);
      count(stacked[route], blend(headsOf(unseen, route), weights));
    }
    await head.release();
  }
  return { joint, stacked };
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
