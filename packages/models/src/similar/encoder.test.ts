import { createRandom, createTrainer, sgd } from '@vitrine/grad';
import { expect, it } from 'vitest';
import { type PictureFrame, type PictureSpec, pictureSize } from '../pictures/picture.js';
import { planSimilar } from './config.js';
import { exportEncoder, exportFeatures, featuresOf, openEncoder } from './encoder.js';
import { contrastiveNetwork } from './network.js';
import { fitReadout, readOut } from './readout.js';

const frame: PictureFrame = { width: 16, height: 16, channels: 1, fit: 'contain' };
const spec: PictureSpec = { ...frame, mean: [128], deviation: [64] };
const plan = { ...planSimilar([], 40, { batchSize: 8, dimension: 8 }), frame };

/** The small network's weights as they begin. */
async function weights() {
  const build = contrastiveNetwork(plan);
  const trainer = await createTrainer({ seed: 1, batchSize: 8, optimizer: sgd(), build, session: { threads: 1 } });
  try {
    return trainer.weights();
  } finally {
    await trainer.release();
  }
}

it('is served with the readout that was fitted: its vectors are those told by the features', async () => {
  const random = createRandom(1, 'pictures');
  const pictures = Array.from({ length: 40 }, () =>
    Uint8Array.from({ length: pictureSize(frame) }, () => random.integer(256)),
  );
  const begun = await weights();
  const features = await featuresOf(exportFeatures(plan, begun), spec, pictures);
  const readout = await fitReadout(features, { blend: [3, 1, 2], dimension: 8, seed: 1 });
  const told = await readOut(features, readout);
  const encoder = await openEncoder(exportEncoder(plan, begun, readout), spec);
  try {
    const served = await encoder.embed(pictures);
    for (const [i, value] of served.entries()) expect(value).toBeCloseTo(told.data[i]!, 4);
  } finally {
    await encoder.close();
  }
});
