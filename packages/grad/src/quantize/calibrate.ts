import { GradError } from '../errors.js';
import { encodeModel } from '../graph/encode.js';
import type { Model } from '../graph/model.js';
import type { Feed } from '../runtime/feeds.js';
import { floatsOf, openModel } from '../runtime/onnx-model.js';
import type { SessionOptions } from '../runtime/session-options.js';
import type { Range } from './affine.js';
import { Histogram } from './histogram.js';

/** What one run of the model is fed. */
export type Sample = Readonly<Record<string, Feed>>;

export interface CalibrationOptions {
  /** The share of values a range must hold at either end; rare ones beyond are cut off. Default 1: all; 0.9999 helps with hundreds of samples. */
  readonly percentile?: number;
  readonly session?: SessionOptions;
}

/**
 * Runs the model on the samples and measures the values named. Throws `quantize` when they hold no examples and for a
 * value that is not finite.
 */
export async function measureRanges(
  model: Model,
  names: ReadonlySet<string>,
  samples: readonly Sample[],
  { percentile = 1, session = {} }: CalibrationOptions,
): Promise<Map<string, Range>> {
  const program = await openModel(encodeModel(exposing(model, names)), session);
  const ranges = new Map<string, Range>();
  const each = async (visit: (name: string, values: Float32Array) => void) => {
    for (const sample of samples) {
      const outputs = await program.run(sample, [...names].map(exposedName));
      for (const name of names) visit(name, floatsOf(outputs[exposedName(name)]));
    }
  };
  try {
    await each((name, values) => {
      if (values.length) ranges.set(name, widened(name, ranges.get(name), values));
    });
    if (ranges.size < names.size)
      throw new GradError('quantize', 'Quantizing needs examples to measure ranges on; give some dozens.');
    if (percentile < 1) {
      const histograms = new Map([...ranges].map(([name, range]) => [name, new Histogram(range)]));
      await each((name, values) => histograms.get(name)!.add(values));
      for (const [name, histogram] of histograms) ranges.set(name, histogram.range(percentile));
    }
    return ranges;
  } finally {
    await program.release();
  }
}

const exposedName = (name: string) => `calibration/${name}`;

/** The model with more outputs: the values named, as lists. */
function exposing(model: Model, names: ReadonlySet<string>): Model {
  const shape = { name: 'calibration', shape: [1], dtype: 'int64', data: BigInt64Array.of(-1n) } as const;
  return {
    inputs: model.inputs,
    initializers: [...model.initializers, shape],
    nodes: [
      ...model.nodes,
      ...[...names].map((name) => ({
        operator: 'Reshape',
        domain: '',
        inputs: [name, shape.name],
        outputs: [exposedName(name)],
        attributes: {},
      })),
    ],
    outputs: [...names].map((name) => ({ name: exposedName(name), shape: [`${name}/size`], dtype: 'float32' })),
  };
}

function widened(name: string, range: Range | undefined, values: Float32Array): Range {
  let { low, high } = range ?? { low: 0, high: 0 };
  for (const value of values) {
    if (value < low) low = value;
    else if (value > high) high = value;
    else if (Number.isNaN(value)) low = value;
  }
  if (Number.isFinite(low) && Number.isFinite(high)) return { low, high };
  throw new GradError('quantize', `'${name}' is not finite on a sample; check the samples and the model's weights.`);
}
