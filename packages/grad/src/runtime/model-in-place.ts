import { type InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { encodeModel } from '../graph/encode.js';
import { Graph } from '../graph/graph.js';
import { type Model, toModel } from '../graph/model.js';
import { sizeOf } from '../graph/shape.js';
import { gather } from '../ops/gather.js';
import type { Value } from './feeds.js';
import {
  borderOf,
  createSession,
  floatsOf,
  type OnnxModel,
  openModel,
  releaseOf,
  runFailure,
  toTensors,
} from './onnx-model.js';
import type { SessionOptions } from './session-options.js';

/** Where outputs are to be written, by their names. */
export type Places = ReadonlyMap<string, Float32Array>;

const STOP = 'stop';

/**
 * Opens a model of fixed shapes and float32 outputs that writes those named in `places` there, at every run anew. The
 * runtime writes an output into an array given for it, and would then copy it into a new one all the same: at the size of
 * a network's gradients that is a tenth of a training step, most of it the system's work to supply fresh memory. But its
 * hand-over stops at the first output that is no tensor, when everything is computed; see `findStop`. Where that does not
 * hold, results are copied. Throws as `openModel` does.
 */
export async function openModelInPlace(
  model: Model,
  places: Places,
  options: SessionOptions = {},
  stopped = findStop(),
): Promise<OnnxModel> {
  const stop = await stopped;
  if (stop === undefined) return copying(await openModel(encodeModel(model), options), places);
  const session = await createSession(encodeModel(stopping(model)), options);
  const { inputs, outputs } = await borderOf(session, STOP);
  return {
    inputs,
    outputs,
    async run(feeds, names) {
      const wanted = outputs.filter(({ name }) => names?.includes(name) ?? true);
      const values = wanted.map(({ name, shape }): [string, Value & { data: Float32Array }] => {
        const size = shape.map(Number);
        return [name, { data: places.get(name) ?? new Float32Array(sizeOf(size)), shape: size }];
      });
      const cause = await runUntilStop(session, toTensors(inputs, feeds), values);
      if (cause?.message !== stop) throw runFailure(cause);
      return Object.fromEntries(values);
    },
    release: releaseOf(session),
  };
}

/** The model with an empty list of tensors as its first output. */
function stopping(model: Model): Model {
  const empty = { operator: 'SequenceEmpty', domain: '', inputs: [], outputs: [STOP], attributes: {} };
  const output = { name: STOP, shape: [], dtype: 'float32', sequence: true } as const;
  return { ...model, nodes: [...model.nodes, empty], outputs: [output, ...model.outputs] };
}

/** Has the values written into their arrays; resolves to the error that ended the run. */
async function runUntilStop(
  session: InferenceSession,
  feeds: InferenceSession.FeedsType,
  values: readonly (readonly [string, Value & { data: Float32Array }])[],
): Promise<Error | undefined> {
  const fetches = values.map(([name, { data, shape }]) => [name, new OrtTensor('float32', data, shape)]);
  try {
    await session.run(feeds, { [STOP]: null, ...Object.fromEntries(fetches) });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function copying(model: OnnxModel, places: Places): OnnxModel {
  return {
    ...model,
    async run(feeds, names) {
      const results = await model.run(feeds, names);
      for (const [name, { shape }] of Object.entries(results)) {
        const place = places.get(name);
        if (!place) continue;
        place.set(floatsOf(results[name]));
        results[name] = { data: place, shape };
      }
      return results;
    },
  };
}

let found: Promise<string | undefined> | undefined;

/**
 * What the runtime says when its hand-over stops at an output that is no tensor; undefined where it does not, has not
 * written the others by then, or says the same of a run that failed.
 */
export function findStop(): Promise<string | undefined> {
  found ??= testStop().catch(() => undefined);
  return found;
}

async function testStop(): Promise<string | undefined> {
  const graph = new Graph();
  const rows = graph.constant(Float32Array.of(1, 2, 3), [3, 1]);
  const picked = gather(rows, graph.input('index', [2], 'int32'));
  // A failing run is part of the test; the runtime need not report it.
  const options = { threads: 1, raw: { logSeverityLevel: 4 } } as const;
  const session = await createSession(encodeModel(stopping(toModel(graph, { picked }))), options);
  const { inputs } = await borderOf(session, STOP);
  const data = new Float32Array(2);
  const attempt = (index: Int32Array) =>
    runUntilStop(session, toTensors(inputs, { index }), [['picked', { data, shape: [2, 1] }]]);
  const failed = await attempt(Int32Array.of(0, 1000));
  const stopped = await attempt(Int32Array.of(2, 1));
  await session.release();
  const written = data[0] === 3 && data[1] === 2;
  return written && failed && stopped && failed.message !== stopped.message ? stopped.message : undefined;
}
