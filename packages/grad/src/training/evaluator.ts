import { GradError } from '../errors.js';
import { encodeModel } from '../graph/encode.js';
import { requiredInputs, toModel } from '../graph/model.js';
import { sizeOf } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import type { ModelState, NamedArray } from '../nn/state.js';
import type { Feed } from '../runtime/feeds.js';
import { floatsOf, type OnnxModel, openModel } from '../runtime/onnx-model.js';
import type { SessionOptions } from '../runtime/session-options.js';
import { type Build, type BuildOptions, type BuiltModel, buildModel } from './build.js';

export interface Evaluation {
  /** Absent when the feeds lack something that only the loss needs, such as labels. */
  readonly loss?: number;
  readonly outputs: Readonly<Record<string, Float32Array>>;
}

const MAX_PROGRAMS = 4;

interface Program {
  readonly opened: Promise<OnnxModel>;
  /** Fulfilled once no run is under way. */
  idle: Promise<unknown>;
}

/** Runs the inference form of a model; keeps the programs of the last few batch sizes. */
export class Evaluator {
  private readonly programs = new Map<string, Program>();
  private readonly declared: BuiltModel['inputs'];

  constructor(
    private readonly build: Build,
    private readonly state: ModelState,
    private readonly session: SessionOptions = {},
    private readonly target: Pick<BuildOptions, 'channelBlock' | 'portable'> = {},
  ) {
    this.declared = this.buildFor(1).inputs;
  }

  async evaluate(feeds: Readonly<Record<string, Feed>>, weights: ReadonlyMap<string, NamedArray>): Promise<Evaluation> {
    const program = this.programFor(this.batchOf(feeds), Object.keys(feeds).sort());
    const evaluation = program.opened.then((model) => run(model, feeds, weights));
    program.idle = Promise.allSettled([program.idle, evaluation]).then(() => undefined);
    return evaluation;
  }

  async release(): Promise<void> {
    const programs = [...this.programs.values()];
    this.programs.clear();
    await Promise.all(programs.map(retire));
  }

  /** The number of examples in the feeds; they must agree on it. */
  private batchOf(feeds: Readonly<Record<string, Feed>>): number {
    const batches = new Set<number>();
    for (const [name, feed] of Object.entries(feeds)) {
      const input = this.declared.get(name);
      if (!input)
        throw new GradError(
          'feed',
          `The model has no input '${name}'; it takes ${[...this.declared.keys()].join(', ')}.`,
        );
      const length = 'shape' in feed ? feed.data.length : feed.length;
      if (input.batched) batches.add(length / sizeOf(input.tensor.shape));
    }
    const [batch = 1] = batches;
    if (batches.size > 1 || !Number.isInteger(batch) || batch < 1) {
      throw new GradError('feed', `The feeds do not agree on the number of examples: ${[...batches].join(', ')}.`);
    }
    return batch;
  }

  private programFor(batch: number, fed: readonly string[]): Program {
    const key = [batch, ...fed].join('|');
    const program = this.programs.get(key) ?? this.open(key, batch, new Set(fed));
    this.programs.delete(key);
    this.programs.set(key, program);
    const [oldest] = this.programs;
    if (this.programs.size > MAX_PROGRAMS && oldest !== undefined) {
      this.programs.delete(oldest[0]);
      void retire(oldest[1]);
    }
    return program;
  }

  /** A program that forgets itself where it cannot be opened, to be tried anew. */
  private open(key: string, batch: number, fed: ReadonlySet<string>): Program {
    const program: Program = { opened: this.compile(batch, fed), idle: Promise.resolve() };
    program.opened.catch(() => {
      if (this.programs.get(key) === program) this.programs.delete(key);
    });
    return program;
  }

  private compile(batch: number, fed: ReadonlySet<string>): Promise<OnnxModel> {
    const { graph, loss, outputs } = this.buildFor(batch);
    const available = (name: string) => fed.has(name) || this.state.has(name);
    const reachable = (tensor: Tensor) => [...requiredInputs(graph, [tensor])].every(available);
    const wanted = Object.entries(outputs).filter(([, tensor]) => reachable(tensor));
    const named = Object.fromEntries(wanted.map(([name, tensor]) => [OUTPUT + name, tensor]));
    const complete = reachable(loss);
    if (!complete && wanted.length === 0) {
      throw new GradError(
        'feed',
        `Nothing can be computed from ${[...fed].join(', ')} alone; feed more of the inputs.`,
      );
    }
    return openModel(encodeModel(toModel(graph, complete ? { loss, ...named } : named)), this.session);
  }

  private buildFor(batch: number): BuiltModel {
    return buildModel(this.build, { ...this.target, state: this.state, seed: 0, batch, training: false });
  }
}

const OUTPUT = 'output/';

async function run(
  model: OnnxModel,
  feeds: Readonly<Record<string, Feed>>,
  weights: ReadonlyMap<string, NamedArray>,
): Promise<Evaluation> {
  const all: Record<string, Feed> = {};
  for (const { name } of model.inputs) {
    const feed = feeds[name] ?? weights.get(name)?.data;
    if (feed) all[name] = feed;
  }
  const { loss, ...outputs } = await model.run(all);
  const floats = Object.fromEntries(
    Object.entries(outputs).map(([name, value]) => [name.slice(OUTPUT.length), floatsOf(value)]),
  );
  return loss ? { loss: floatsOf(loss)[0]!, outputs: floats } : { outputs: floats };
}

/** Frees a program that no further run will use, once those under way are done. */
async function retire({ opened, idle }: Program): Promise<void> {
  await idle;
  const model = await opened.catch(() => undefined);
  await model?.release();
}
