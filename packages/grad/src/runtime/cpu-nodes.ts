import type { Model } from '../graph/model.js';
import { providerName, type SessionOptions } from './session-options.js';

/**
 * The options with which the WebGPU provider leaves to the CPU what it takes, but fails on: where the maxima of a pool
 * lay. Nodes are called as their first output.
 */
export function leavingToCpu(model: Model, options: SessionOptions): SessionOptions {
  const indexed = model.nodes.filter(({ operator, outputs }) => operator === 'MaxPool' && outputs.length > 1);
  if (indexed.length === 0 || !options.providers) return options;
  const forceCpuNodeNames = indexed.map(({ outputs }) => outputs[0]!);
  const providers = options.providers.map((provider) => {
    if (providerName(provider) !== 'webgpu') return provider;
    return { ...(typeof provider === 'string' ? { name: provider } : provider), forceCpuNodeNames };
  });
  return { ...options, providers };
}
