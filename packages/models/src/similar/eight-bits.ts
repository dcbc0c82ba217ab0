import { encodeModel, type Model, quantize, type Sample } from '@vitrine/grad';
import { normalisePicture, pictureSize } from '../pictures/picture.js';
import { picturesOf, type Validated } from './evaluation/choose-readout.js';
import { encoderQuality } from './evaluation/validation.js';
import { READOUT } from './network.js';
import { evenly } from './pictures.js';

/** Training pictures on which the ranges of values are measured, and how many of them in one run. */
const SAMPLES = 128;
const AT_ONCE = 16;
/** Share of values that lie within a range: with so many pictures the rest are freaks. */
const PERCENTILE = 0.9999;
/** By how much the quality may be lower for the sake of speed. */
const TOLERATED = 0.005;

/** An encoder's bytes, and in how many bits it computes. */
export interface ServedEncoder {
  readonly bytes: Uint8Array;
  readonly bits: 8 | 32;
}

/**
 * The encoder to serve: in eight bits, several times as fast, where the validation pictures are found as well as in 32.
 * The readout stays as it is.
 */
export async function encoderToServe(model: Model, run: Validated): Promise<ServedEncoder> {
  const { plan, context } = run;
  const float32: ServedEncoder = { bytes: encodeModel(model), bits: 32 };
  // Other providers compute in 32 bits and would hand eight back to the CPU.
  if (!plan.int8 || (context.engine.providers ?? ['cpu'])[0] !== 'cpu') return float32;
  const quantized = await quantize(model, samplesOf(run), {
    ...{ percentile: PERCENTILE, keep: [`${READOUT}.weight`] },
    session: context.engine,
  });
  const int8: ServedEncoder = { bytes: encodeModel(quantized), bits: 8 };
  const [before, after] = [await encoderQuality(float32.bytes, run), await encoderQuality(int8.bytes, run)];
  const kept = after >= before - TOLERATED ? int8 : float32;
  context.reporter.log(
    'info',
    `In eight bits the validation pictures reach ${after.toFixed(3)}, in 32 bits ${before.toFixed(3)}: served in ${kept.bits}.`,
  );
  return kept;
}

function samplesOf({ training, cache, spec }: Validated): Sample[] {
  const size = pictureSize(spec);
  const pictures = picturesOf(cache, evenly(training, SAMPLES));
  return Array.from({ length: Math.ceil(pictures.length / AT_ONCE) }, (_, run) => {
    const some = pictures.slice(run * AT_ONCE, (run + 1) * AT_ONCE);
    const batch = new Float32Array(some.length * size);
    for (const [i, picture] of some.entries()) normalisePicture(picture, spec, batch, i * size);
    return { pictures: batch };
  });
}
