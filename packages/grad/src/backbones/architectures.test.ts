import { describe, expect, it } from 'vitest';
import { Graph } from '../graph/graph.js';
import { Scope } from '../nn/scope.js';
import { ModelState } from '../nn/state.js';
import { mean } from '../ops/mean.js';
import { buildModel } from '../training/build.js';
import { type Architecture, architectures } from './architectures.js';
import type { FeaturePyramid } from './backbone.js';
import { type ResNetEncoderOptions, resnetEncoder } from './resnet.js';

describe.each(Object.entries<Architecture>(architectures))('%s', (_, { build, encoder, stages, beyondEncoder }) => {
  const parameters = (make: typeof build): string[] => {
    const state = new ModelState();
    const options = { state, seed: 1, batch: 1, training: false };
    buildModel((context) => {
      const { logits } = make(context.scope, context.input('x', [3, 64, 96]), { classes: 4 });
      return { loss: mean(logits) };
    }, options);
    return state.names('parameter');
  };
  const all = parameters(build);
  const within = (name: string, prefix: string): boolean => name === prefix || name.startsWith(`${prefix}.`);

  it.each([0, -1, Number.NaN])('refuses the width %d', (width) => {
    expect(() => parameters((scope, x, { classes }) => build(scope, x, { classes, width }))).toThrow('look at `width`');
  });

  it.each([0, -1, 1.5])('refuses %d classes', (classes) => {
    expect(() => parameters((scope, x) => build(scope, x, { classes }))).toThrow('cannot have the shape');
  });

  it('has stages that hold every parameter once, in the order of computation', () => {
    expect(stages).toHaveLength(6);
    const stageOf = all.map((name) =>
      stages.flatMap((prefixes, i) => prefixes.filter((p) => within(name, p)).map(() => i)),
    );
    expect(stageOf.every(({ length }) => length === 1)).toBe(true);
    expect(stageOf.flat()).toEqual(stageOf.flat().toSorted((a, b) => a - b));
    expect(new Set(stageOf.flat()).size).toBe(6);
  });

  it('has an encoder with maps at strides 2, 4, 8, 16 and 32, of all parameters but those named', () => {
    let pyramid: FeaturePyramid | undefined;
    const names = parameters((scope, x) => {
      pyramid = encoder(scope, x);
      const last = pyramid.at(-1)!;
      return { features: last, logits: last };
    });
    expect(pyramid!.map(({ shape }) => shape.slice(2))).toEqual(
      [2, 4, 8, 16, 32].map((stride) => [64 / stride, 96 / stride]),
    );
    expect(names).toEqual(all.filter((name) => !beyondEncoder.some((prefix) => within(name, prefix))));
  });
});

describe('a residual network', () => {
  const built = (options: ResNetEncoderOptions) => {
    const graph = new Graph();
    const scope = Scope.root(graph, new ModelState(), { seed: 1, training: false });
    return resnetEncoder(scope, graph.input('x', [1, 3, 32, 32]), options);
  };

  it.each([{ groups: 32 }, { groupWidth: 8 }, { block: 'basic', groups: 2 }] as const)(
    'refuses %j, which basic blocks have no use for',
    (options) => {
      expect(() => built(options)).toThrow("groups and groupWidth are those of `block: 'bottleneck'`");
    },
  );

  it('refuses a stem that it does not know', () => {
    const slip: object = { stem: 'tiny' };
    expect(() => built(slip)).toThrow("The stem 'tiny' is none of imagenet, half, full");
  });
});
