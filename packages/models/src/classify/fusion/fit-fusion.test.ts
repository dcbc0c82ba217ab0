import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom } from '@vitrine/grad';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { negativeLogLikelihood } from '../../metrics/calibration.js';
import { argmaxRows } from '../../metrics/classification.js';
import { softmaxRows } from '../../metrics/softmax.js';
import { blend, fitBlend } from '../blend.js';
import { type Fusion, fitFusion, fuse, onlyOf, type Route } from './fit-fusion.js';
import { type Evidence, openJointHead, saveJointHead, scoreJointly } from './joint-head.js';

/** Red shoes, red bags, blue shoes, blue bags: the text tells what it is, the picture what colour, both with noise. */
const CLASSES = 4;

function listings(count: number, seed: number): { evidence: Evidence; labels: Int32Array } {
  const random = createRandom(seed, 'listings');
  const evidence = { text: new Float32Array(count * CLASSES), image: new Float32Array(count * CLASSES) };
  const labels = Int32Array.from({ length: count }, (_, i) => i % CLASSES);
  labels.forEach((label, i) => {
    for (let k = 0; k < CLASSES; k++) {
      evidence.text[i * CLASSES + k] = (k % 2 === label % 2 ? 2 : -2) + 0.7 * random.normal();
      evidence.image[i * CLASSES + k] = (k >> 1 === label >> 1 ? 2 : -2) + 0.7 * random.normal();
    }
  });
  return { evidence, labels };
}

const SEEN = {
  ...listings(240, 1),
  classes: CLASSES,
  counts: new Int32Array(CLASSES).fill(60),
  seed: 3,
  signal: new AbortController().signal,
};
const UNSEEN = listings(400, 2);

let fusion: Fusion;
beforeAll(async () => {
  fusion = await fitFusion(SEEN);
});
afterAll(() => fusion.joint.release());

async function along(route: Route, { joint, routes } = fusion): Promise<Float32Array> {
  return fuse(UNSEEN.evidence, await scoreJointly(joint, onlyOf(UNSEEN.evidence, route), CLASSES), route, routes);
}

async function accuracy(route: Route): Promise<number> {
  const answers = argmaxRows(await along(route), CLASSES);
  return answers.filter((answer, i) => answer === UNSEEN.labels[i]).length / answers.length;
}

const lossOf = (logits: Float32Array, labels = UNSEEN.labels) =>
  negativeLogLikelihood({ classes: CLASSES, probabilities: softmaxRows(logits, CLASSES), labels });

describe('fitFusion', () => {
  it('knows from both inputs what neither says alone', async () => {
    expect(await accuracy('both')).toBeGreaterThan(0.97);
  });

  it.each(['text', 'image'] as const)(
    'keeps what the %s alone tells when the other input is missing',
    async (route) => {
      expect(await accuracy(route)).toBeGreaterThan(0.45);
      // Two of the four classes remain, about equally likely: ln 2 nats, and no false certainty.
      expect(lossOf(await along(route))).toBeLessThan(Math.LN2 + 0.25);
    },
  );

  it('has a joint head that, for itself, answers with an input missing almost as well as with the heads blended', async () => {
    for (const route of ['text', 'image'] as const) {
      const alone = await scoreJointly(fusion.joint, onlyOf(UNSEEN.evidence, route), CLASSES);
      expect(lossOf(alone)).toBeLessThan(Math.LN2 + 0.3);
    }
  });

  it('learns to distrust a head where it is wrong, which weighing whole heads cannot', async () => {
    // The picture takes class 1 for class 0 every time, and is right about the others; the text is unsure of all.
    const confused = (count: number, seed: number) => {
      const random = createRandom(seed, 'confused');
      const labels = Int32Array.from({ length: count }, (_, i) => i % CLASSES);
      const rows = (of: (label: number) => number, strength: number) =>
        Float32Array.from({ length: count * CLASSES }, (_, at) => {
          const label = labels[Math.floor(at / CLASSES)]!;
          return (at % CLASSES === of(label) ? strength : 0) + 0.5 * random.normal();
        });
      return { labels, evidence: { text: rows((label) => label, 1.5), image: rows((label) => label || 1, 5) } };
    };
    const [seen, test] = [confused(1000, 8), confused(1000, 9)];
    const { joint, routes } = await fitFusion({ ...SEEN, ...seen });
    const fused = fuse(test.evidence, await scoreJointly(joint, test.evidence, CLASSES), 'both', routes);
    await joint.release();
    const weights = fitBlend([seen.evidence.text, seen.evidence.image], seen.labels, CLASSES);
    const stacked = blend([test.evidence.text, test.evidence.image], weights);
    expect(lossOf(fused, test.labels)).toBeLessThan(0.9 * lossOf(stacked, test.labels));
  });

  it('does no harm when one head knows nothing', async () => {
    const random = createRandom(5, 'noise');
    const noise = (count: number) => Float32Array.from({ length: count * CLASSES }, () => random.normal());
    const { joint, routes } = await fitFusion({ ...SEEN, evidence: { ...SEEN.evidence, image: noise(240) } });
    const evidence = { ...UNSEEN.evidence, image: noise(400) };
    const fused = fuse(evidence, await scoreJointly(joint, evidence, CLASSES), 'both', routes);
    await joint.release();
    expect(lossOf(fused)).toBeLessThan(Math.LN2 + 0.25);
  });

  it('gives equal heads for equal seeds', async () => {
    const again = await fitFusion(SEEN);
    expect(again.routes).toEqual(fusion.routes);
    expect(await along('both', again)).toEqual(await along('both'));
    await again.joint.release();
    const other = await fitFusion({ ...SEEN, seed: 4 });
    const scores = ({ joint }: Fusion) => scoreJointly(joint, UNSEEN.evidence, CLASSES);
    expect(await scores(other)).not.toEqual(await scores(fusion));
    await other.joint.release();
  });

  it('answers as before once written and opened', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'joint-'));
    try {
      await saveJointHead(directory, fusion.joint);
      expect((await readFile(join(directory, 'joint.onnx'))).length).toBeGreaterThan(0);
      const opened = await openJointHead(directory, CLASSES);
      const [stored, own] = [
        await opened.score(UNSEEN.evidence),
        await scoreJointly(fusion.joint, UNSEEN.evidence, CLASSES),
      ];
      await opened.close();
      stored.forEach((logit, i) => {
        expect(logit).toBeCloseTo(own[i]!, 4);
      });
      await expect(openJointHead(join(directory, 'missing'), CLASSES)).rejects.toMatchObject({
        code: 'artifact.invalid',
      });
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  it('weighs the heads evenly when there is nothing to learn from', async () => {
    const none = { text: new Float32Array(0), image: new Float32Array(0) };
    const { joint, routes } = await fitFusion({ ...SEEN, evidence: none, labels: new Int32Array(0) });
    await joint.release();
    expect(routes).toEqual({ both: [0.25, 0.25, 0.5], text: [1, 0], image: [1, 0] });
  });
});
