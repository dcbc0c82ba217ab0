import { describe, expect, it } from 'vitest';
import { Graph } from '../graph/graph.js';
import { zeros } from './init.js';
import { Scope } from './scope.js';
import { ModelState } from './state.js';

const root = () => Scope.root(new Graph(), new ModelState(), { seed: 1, training: true });

describe('a scope', () => {
  it.each([
    ['a parameter', () => root().parameter('a>b', [1], zeros)],
    ['a buffer', () => root().buffer('a>b', [1], zeros)],
    ['a part', () => root().child('a>b').parameter('weight', [1], zeros)],
    ['the header of a file', () => root().parameter('__metadata__', [1], zeros)],
  ])('refuses a name that a checkpoint could not give back: that of %s', (_, define) => {
    expect(define).toThrow(expect.objectContaining({ name: 'GradError', code: 'parameter' }));
  });

  it('takes such words as a part of a longer name', () => {
    expect(root().child('__metadata__').parameter('weight', [1], zeros).name).toBe('__metadata__.weight');
  });
});
