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

const FOLDS = 5;

/**
 * Trains the joint head and decides who answers. Listings with one input: that head by a weight. With both: half the heads
 * by a weight each (stacking, Wolpert 1992), which few rows are enough for, and half the joint head, which knows what to
 * believe about which class and so helps the rare ones. Where rows are many the joint head answers alone: when it is right
 * about more of those it did not learn from than their mean, and its probabilities tell more about them (cross-validation).
 */
export async function fitFusion(given: Omit<JointTraining, 'rows'>): Promise<Fusion> {
  const { evidence, labels, classes } = given;
  const weights = (route: Route) => fitBlend(headsOf(evidence, route), labels, classes);
  const share = (await needsNoHeads(given)) ? 1 : 0.5;
  return {
    joint: await trainJointHead({ ...given, rows: [...labels.keys()] }),
    routes: {
      both: [...weights('both').map((weight) => (1 - share) * weight), share],
      text: [...weights('text'), 0],
      image: [...weights('image'), 0],
    },
  };
}

/** How well rows not learnt from were answered: how many right, and the summed negative log-likelihood of the labels. */
interface Score {
  right: number;
  loss: number;
}

/** Whether the joint head alone answers rows that it has not seen better than its mean with the heads. */
async function needsNoHeads(given: Omit<JointTraining, 'rows'>): Promise<boolean> {
  const { evidence, labels, classes, seed } = given;
  if (labels.length < FOLDS) return false;
  const order = createRandom(seed, 'folds').shuffle(Int32Array.from(labels.keys()));
  const [alone, mean]: [Score, Score] = [
    { right: 0, loss: 0 },
    { right: 0, loss: 0 },
  ];
  for (let fold = 0; fold < FOLDS; fold++) {
    const held = order.filter((_, i) => i % FOLDS === fold);
    const others = order.filter((_, i) => i % FOLDS !== fold);
    const [seen, unseen] = [others, held].map((rows) => pickRows(evidence, rows, classes)) as [Evidence, Evidence];
    const [learnt, asked] = [others, held].map((rows) => rows.map((row) => labels[row]!)) as [Int32Array, Int32Array];
    const head = await trainJointHead({ ...given, rows: [...others] });
    const joint = await scoreJointly(head, unseen, classes);
    await head.release();
    const weights = fitBlend(headsOf(seen, 'both'), learnt, classes);
    count(alone, joint, asked, classes);
    count(mean, blend([...headsOf(unseen, 'both'), joint], [...weights.map((w) => w / 2), 0.5]), asked, classes);
  }
  return alone.right > mean.right && alone.loss < mean.loss;
}

function count(score: Score, logits: Scores, labels: Int32Array, classes: number): void {
  const probabilities = softmaxRows(logits, classes);
  score.loss += labels.length * negativeLogLikelihood({ classes, probabilities, labels });
  argmaxRows(logits, classes).forEach((answer, i) => {
    if (answer === labels[i]) score.right += 1;
  });
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
