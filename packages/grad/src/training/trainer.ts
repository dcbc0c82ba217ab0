import {
  type CheckpointPart,
  type Json,
  loadCheckpoint,
  requireSameArrays,
  saveCheckpoint,
} from '../checkpoint/checkpoint.js';
import { GradError } from '../errors.js';
import { encodeModel } from '../graph/encode.js';
import { type Shape, sizeOf } from '../graph/shape.js';
import { ModelState, type NamedArray } from '../nn/state.js';
import { createRandom } from '../random.js';
import { findChannelBlock } from '../runtime/channel-block.js';
import { leavingToCpu } from '../runtime/cpu-nodes.js';
import type { Feed, Value } from '../runtime/feeds.js';
import { findStop, openModelInPlace } from '../runtime/model-in-place.js';
import { floatsOf, type OnnxModel, openModel } from '../runtime/onnx-model.js';
import { providerName, type SessionOptions } from '../runtime/session-options.js';
import { accumulate, splitFeeds } from './accumulate.js';
import { type Build, type BuiltModel, buildModel } from './build.js';
import { type Evaluation, Evaluator } from './evaluator.js';
import { type HostOptimizer, HostUpdate } from './host-update.js';
import { partSize } from './part-size.js';
import {
  AVERAGE,
  buildStepGraph,
  GRADIENT,
  GRADIENT_NORM,
  gradientName,
  nextName,
  outputName,
  type StepGraph,
  type StepOptions,
  scalarName,
  slotName,
} from './step-graph.js';

export interface TrainerOptions extends StepOptions {
  /** Determines initial parameters and all noise. */
  readonly seed: number;
  readonly build: Build;
  /** Examples per training step. */
  readonly batchSize: number;
  readonly session?: SessionOptions;
  /** State outside the graph, such as host tables, saved and loaded with the rest under these names. */
  readonly parts?: Readonly<Record<string, CheckpointPart>>;
}

export interface StepResult {
  readonly loss: number;
  /** Global norm of the gradients of the parameters before clipping; there when `clipNorm` is set. */
  readonly gradientNorm?: number;
  readonly outputs: Readonly<Record<string, Float32Array>>;
  /** d loss / d input, for the inputs named in `inputGradients`. */
  readonly inputGradients: Readonly<Record<string, Float32Array>>;
}

export type Feeds = Readonly<Record<string, Feed>>;

/**
 * Trains one model; made by `createTrainer`. One step, save or load at a time, and none beside an evaluation: another
 * throws `busy` meanwhile. Evaluations may overlap. After the release all of them throw `closed`.
 */
export class Trainer {
  private done = 0;
  /** What is under way and has the state to itself. */
  private current: string | undefined;
  /** How many evaluations are under way. */
  private evaluations = 0;
  private released = false;
  private seed: number;
  private readonly slots: Map<string, NamedArray> = new Map();
  private readonly evaluator: Evaluator;
  /** The names of what the step's programs are fed. */
  private readonly takes: ReadonlySet<string>;

  /** @internal Use `createTrainer`. */
  constructor(
    private readonly options: TrainerOptions,
    private readonly state: ModelState,
    private readonly graph: StepGraph,
    private readonly built: BuiltModel,
    private readonly program: OnnxModel,
    private readonly update: OnnxModel | undefined,
    private readonly host: HostUpdate | undefined,
  ) {
    this.seed = options.seed;
    this.takes = new Set(
      [program, ...(update ? [update] : [])].flatMap(({ inputs }) => inputs.map(({ name }) => name)),
    );
    const { channelBlock, portable } = built.graph;
    this.evaluator = new Evaluator(options.build, state, options.session, { channelBlock, portable });
    if (host) {
      this.slots = host.slots;
      return;
    }
    for (const name of graph.trained) {
      const { shape, data } = state.get(name);
      for (const slot of graph.slots) {
        this.slots.set(slotName(name, slot), slot === AVERAGE ? { shape, data } : this.emptySlot(shape));
      }
    }
  }

  /** Steps done since the beginning, over all resumed trainings. */
  get stepsDone(): number {
    return this.done;
  }

  get build(): Build {
    return this.options.build;
  }

  /** Examples per training step. */
  get batchSize(): number {
    return this.options.batchSize;
  }

  /**
   * Trains on one batch. `feeds` holds every declared input. Leaves all state as it was and throws `feed` when one does
   * not fit or `lr` is not a finite number, and `not-finite` when the loss, or the gradient's norm where it is clipped,
   * is not. Other gradients are not looked at, which would take up to 3 % of a step: where a loss can be finite and its
   * gradient not, as with a square root of zero, set a `clipNorm`, which may be infinite.
   */
  step(feeds: Feeds, options: { readonly lr: number }): Promise<StepResult> {
    return this.alone('step', () => this.compute(feeds, options));
  }

  private async compute(feeds: Feeds, { lr }: { readonly lr: number }): Promise<StepResult> {
    if (!Number.isFinite(lr)) {
      throw new GradError('feed', `The learning rate of step ${this.done + 1} is ${lr}; look at the schedule.`);
    }
    const results = await this.run(this.usedFeeds(feeds), { ...this.stateFeeds(), ...this.scalarFeeds(lr) });
    const measures = this.finite(results);
    for (const name of this.state.names()) {
      const next = results[nextName(name)];
      if (next) this.state.set(name, floatsOf(next));
    }
    if (this.host) {
      this.host.apply(this.scalars(lr));
    } else {
      for (const [name, { shape }] of this.slots)
        this.setSlot(name, { shape, data: floatsOf(results[nextName(name)]) });
    }
    this.done += 1;
    return { ...measures, outputs: pick(results, outputName('')), inputGradients: pick(results, gradientName('')) };
  }

  /**
   * Inference on any number of examples: no dropout, running statistics, averaged weights when they are kept.
   * Gives every output, and the loss, whose inputs are among the feeds. Throws `feed` when they do not fit.
   */
  async evaluate(feeds: Feeds): Promise<Evaluation> {
    this.requireNo(this.current);
    this.evaluations += 1;
    try {
      return await this.evaluator.evaluate(feeds, new Map([...this.state.current(), ...this.averages()]));
    } finally {
      this.evaluations -= 1;
    }
  }

  /** The weights and buffers used in inference, by name: a snapshot that later steps leave alone. */
  weights(): Map<string, NamedArray> {
    const kept = ({ shape, data }: NamedArray): NamedArray => ({ shape, data: this.host ? data.slice() : data });
    const averages = this.averages().map(([name, average]): [string, NamedArray] => [name, kept(average)]);
    return new Map([...this.state.snapshot(), ...averages]);
  }

  /** The moving averages by their parameters' names, to be read before training goes on. */
  private averages(): [string, NamedArray][] {
    return this.graph.trained.flatMap((name): [string, NamedArray][] => {
      const average = this.slots.get(slotName(name, AVERAGE));
      return average ? [[name, average]] : [];
    });
  }

  /**
   * Replaces all weights and buffers. Throws `parameter` when names or shapes are not the model's, and `busy` while
   * anything is under way.
   */
  setWeights(weights: ReadonlyMap<string, NamedArray>): void {
    this.requireIdle();
    this.state.restore(weights);
    for (const [name] of this.averages()) this.setSlot(slotName(name, AVERAGE), this.state.get(name));
  }

  /**
   * Writes all that is needed to go on exactly, and `extra`, as one safetensors file, atomically. Throws `checkpoint`
   * when it cannot be written.
   */
  save(file: string, extra: Json = null): Promise<void> {
    return this.alone('save', () => this.write(file, extra));
  }

  private write(file: string, extra: Json): Promise<void> {
    const { optimizer, parts = {} } = this.options;
    return saveCheckpoint(file, {
      step: this.done,
      seed: this.seed,
      optimizer: optimizer.name,
      extra,
      groups: {
        model: this.state.snapshot(),
        optimizer: this.slots,
        ...Object.fromEntries(Object.entries(parts).map(([name, part]) => [`part:${name}`, part.arrays()])),
      },
    });
  }

  /**
   * Takes over a saved training and returns its `extra`.
   * Throws `checkpoint`, leaving all state as it was, when the file is damaged or was saved by another kind of training.
   */
  load(file: string): Promise<Json> {
    return this.alone('load', () => this.read(file));
  }

  private async read(file: string): Promise<Json> {
    const { optimizer, parts = {} } = this.options;
    const saved = await loadCheckpoint(file);
    if (saved.optimizer !== optimizer.name) {
      throw new GradError('checkpoint', `'${file}' was trained with ${saved.optimizer}, not with ${optimizer.name}.`);
    }
    const groups: Record<string, Map<string, NamedArray>> = { model: this.state.snapshot(), optimizer: this.slots };
    for (const [name, part] of Object.entries(parts)) groups[`part:${name}`] = part.arrays();
    for (const [group, arrays] of Object.entries(groups)) requireSameArrays(file, saved.groups[group], arrays);
    for (const group of Object.keys(saved.groups)) {
      if (!Object.hasOwn(groups, group))
        throw new GradError('checkpoint', `'${file}' holds '${group}', unknown to this training.`);
    }

    this.state.restore(saved.groups.model ?? new Map());
    for (const [name, array] of saved.groups.optimizer ?? []) this.setSlot(name, array);
    for (const [name, part] of Object.entries(parts)) part.restore(saved.groups[`part:${name}`] ?? new Map());
    this.done = saved.step;
    this.seed = saved.seed;
    return saved.extra;
  }

  /** Frees the memory of all sessions; of the trainer only the `weights` are of use afterwards. */
  async release(): Promise<void> {
    this.released = true;
    await Promise.all([this.program.release(), this.update?.release(), this.evaluator.release()]);
  }

  /** Does `work` with the state to itself. */
  private async alone<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    this.requireIdle();
    this.current = name;
    try {
      return await work();
    } finally {
      this.current = undefined;
    }
  }

  private requireIdle(): void {
    this.requireNo(this.current ?? (this.evaluations > 0 ? 'evaluation' : undefined));
  }

  private requireNo(other: string | undefined): void {
    if (this.released) throw new GradError('closed', 'The trainer was released; make another with `createTrainer`.');
    if (other) throw new GradError('busy', `This trainer's ${other} is not done; await it first.`);
  }

  private run(feeds: Feeds, state: Feeds): Promise<Record<string, Value>> {
    const { program: gradients, update } = this;
    if (!update) return gradients.run({ ...feeds, ...state, ...this.noiseFeeds(0) });
    const { inputs } = this.built;
    const parts = splitFeeds(feeds, inputs, this.options.accumulate!);
    return accumulate(
      { gradients, update, trained: this.graph.trained, inputs, partSize: this.batchSize / parts.length },
      parts.map((part, i) => ({ ...part, ...this.noiseFeeds(i) })),
      state,
    );
  }

  /** On the host an array has its place; elsewhere one that was handed out must stay as it is. */
  private setSlot(name: string, array: NamedArray): void {
    if (this.host) this.slots.get(name)!.data.set(array.data);
    else this.slots.set(name, array);
  }

  private emptySlot(parameter: Shape): NamedArray {
    const shape = this.options.optimizer.slotShape?.(parameter) ?? parameter;
    return { shape, data: new Float32Array(sizeOf(shape)) };
  }

  private finite(results: Readonly<Record<string, Value>>): Pick<StepResult, 'loss' | 'gradientNorm'> {
    const loss = floatsOf(results.loss)[0]!;
    const gradientNorm = results[GRADIENT_NORM] && floatsOf(results[GRADIENT_NORM])[0]!;
    if (Number.isFinite(loss) && Number.isFinite(gradientNorm ?? 0)) {
      return gradientNorm === undefined ? { loss } : { loss, gradientNorm };
    }
    const what = Number.isFinite(loss) ? `gradient's norm became ${gradientNorm}` : `loss became ${loss}`;
    throw new GradError(
      'not-finite',
      `The ${what} at step ${this.done + 1}; lower the learning rate or clip the gradient. Nothing was updated.`,
    );
  }

  /** Without declared inputs on which nothing depends. */
  private usedFeeds(feeds: Feeds): Feeds {
    return Object.fromEntries(
      Object.entries(feeds).filter(([name]) => this.takes.has(name) || !this.built.inputs.has(name)),
    );
  }

  private stateFeeds(): Record<string, Feed> {
    const feeds: Record<string, Feed> = {};
    for (const name of this.state.names()) {
      if (this.takes.has(name)) feeds[name] = this.state.get(name).data;
    }
    if (!this.host) for (const [name, { data }] of this.slots) feeds[name] = data;
    return feeds;
  }

  private scalars(lr: number): Record<string, number> {
    const average = Math.min(this.options.averageDecay ?? 0, (1 + this.done) / (10 + this.done));
    return { lr, ...this.options.optimizer.scalars(this.done + 1), [AVERAGE]: 1 - average };
  }

  private scalarFeeds(lr: number): Record<string, Feed> {
    return Object.fromEntries(
      Object.entries(this.scalars(lr))
        .map(([name, value]): [string, Feed] => [scalarName(name), Float32Array.of(value)])
        .filter(([name]) => this.takes.has(name)),
    );
  }

  private noiseFeeds(part: number): Record<string, Feed> {
    return Object.fromEntries(
      this.built.scope.noiseInputs
        .filter(({ tensor }) => this.takes.has(tensor.name))
        .map(({ tensor, fill }) => {
          const values = new Float32Array(sizeOf(tensor.shape));
          fill(values, createRandom(this.seed, tensor.name, this.done, ...(part > 0 ? [part] : [])));
          return [tensor.name, values];
        }),
    );
  }
}

/**
 * Builds the model, draws its parameters and compiles the training step. Throws `graph` when there is no loss or batch,
 * it cannot be split into the parts to accumulate over, or `seed`, `clipNorm` or `averageDecay` is out of range.
 */
export async function createTrainer(options: TrainerOptions): Promise<Trainer> {
  const { seed, build, groups = [], session = {} } = options;
  const batch = partSize(options);
  const state = new ModelState();
  const onCpu = (session.providers ?? ['cpu']).every((provider) => providerName(provider) === 'cpu');
  const channelBlock = onCpu ? await findChannelBlock() : undefined;
  const built = buildModel(build, { state, seed, batch, training: true, groups, channelBlock, portable: !onCpu });
  const graph = buildStepGraph(built, state.names('parameter'), options);
  const host = graph.onHost
    ? new HostUpdate(
        options.optimizer as HostOptimizer,
        groups,
        graph.trained,
        state,
        options.averageDecay !== undefined,
      )
    : undefined;
  const places = [...(host?.gradients ?? [])].map(
    ([name, place]) => [nextName(slotName(name, GRADIENT)), place] as const,
  );
  const stop = onCpu ? findStop() : Promise.resolve(undefined);
  const program = await openModelInPlace(graph.model, new Map(places), leavingToCpu(graph.model, session), stop);
  let update: OnnxModel | undefined;
  try {
    update = graph.update && (await openModel(encodeModel(graph.update), { ...session, arena: false }));
    return new Trainer(options, state, graph, built, program, update, host);
  } catch (error) {
    await Promise.all([program.release(), update?.release()]);
    throw error;
  }
}

/** The float32 results whose names start with `prefix`, without it. */
function pick(results: Readonly<Record<string, Value>>, prefix: string): Record<string, Float32Array> {
  return Object.fromEntries(
    Object.entries(results)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, value]) => [name.slice(prefix.length), floatsOf(value)]),
  );
}
