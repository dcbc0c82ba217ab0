import { type Shape, sizeOf } from '../graph/shape.js';
import { createRowMemory } from '../host/row-kernels.js';
import { type ParameterGroup, settingsOf } from '../nn/parameter-groups.js';
import type { ModelState, NamedArray } from '../nn/state.js';
import type { Optimizer } from '../optim/optimizer.js';
import { AVERAGE, slotName } from './step-graph.js';

/** Numbers updated at a time: rules that pass over them more than once find them in a core's cache. */
const STRETCH = 2 ** 14;

export type HostOptimizer = Optimizer & Required<Pick<Optimizer, 'updateOnHost'>>;

interface Place {
  readonly name: string;
  readonly shape: Shape;
  readonly length: number;
  /** Byte addresses. */
  readonly parameter: number;
  readonly gradient: number;
  readonly slots: Readonly<Record<string, number>>;
  /** Of the moving average, where one is kept. */
  readonly average: number | undefined;
}

/**
 * Keeps parameters, gradients and the optimizer's arrays in the memory of the host's kernels and updates parameters there.
 * A step then reads them where they lie and writes gradients alone, where a step that updates by itself hands out
 * everything anew.
 */
export class HostUpdate {
  /** The optimizer's arrays by the names of their slots, zeros at first, and the averages, the parameters at first. */
  readonly slots = new Map<string, NamedArray>();
  /** Where the gradient of each parameter is to be written, by the parameter's name. */
  readonly gradients = new Map<string, Float32Array>();
  private readonly memory = createRowMemory();
  private readonly places: readonly Place[];

  /** Moves the parameters `trained` of `state` into the memory; `averaged` keeps a moving average of each. */
  constructor(
    private readonly optimizer: HostOptimizer,
    private readonly groups: readonly ParameterGroup[],
    trained: readonly string[],
    state: ModelState,
    averaged: boolean,
  ) {
    let end = 0;
    const place = (length: number): number => {
      const start = end;
      end += 16 * Math.ceil(length / 4);
      return start;
    };
    const shapes = state.shapes();
    this.places = trained.map((name) => {
      const shape = shapes.get(name)!;
      const length = sizeOf(shape);
      const slots = optimizer.slots.map((slot) => [slot, place(length)]);
      const [parameter, gradient] = [place(length), place(length)];
      const average = averaged ? place(length) : undefined;
      return { name, shape, length, parameter, gradient, slots: Object.fromEntries(slots), average };
    });
    this.memory.reserve(end);
    for (const { name, shape, length, parameter, gradient, slots, average } of this.places) {
      state.settle(name, this.memory.floats(parameter, length));
      this.gradients.set(name, this.memory.floats(gradient, length));
      for (const [slot, address] of Object.entries(slots)) {
        this.slots.set(slotName(name, slot), { shape, data: this.memory.floats(address, length) });
      }
      if (average === undefined) continue;
      const data = this.memory.floats(average, length);
      data.set(state.get(name).data);
      this.slots.set(slotName(name, AVERAGE), { shape, data });
    }
  }

  /** One step by `gradients`. */
  apply(scalars: Readonly<Record<string, number>>): void {
    for (const place of this.places) {
      const { lrScale = 1, weightDecay } = settingsOf(place.name, this.groups);
      const own = { ...scalars, lr: Math.fround(scalars.lr!) * Math.fround(lrScale) };
      for (let start = 0; start < place.length; start += STRETCH) {
        const length = Math.min(STRETCH, place.length - start);
        this.optimizer.updateOnHost({
          memory: this.memory,
          length,
          parameter: place.parameter + 4 * start,
          gradient: place.gradient + 4 * start,
          slots: Object.fromEntries(Object.entries(place.slots).map(([slot, at]) => [slot, at + 4 * start])),
          scalars: own,
          shape: place.shape,
          ...(weightDecay === undefined ? {} : { weightDecay }),
        });
        this.moveAverage(place, start, length, scalars[AVERAGE]!);
      }
    }
  }

  /** average += share · (parameter − average), for a stretch of both. */
  private moveAverage({ parameter, average }: Place, start: number, length: number, share: number): void {
    if (average === undefined) return;
    const at = average + 4 * start;
    this.memory.axpy(at, at, length, -share);
    this.memory.axpy(at, parameter + 4 * start, length, share);
  }
}
