import { parentPort, workerData } from 'node:worker_threads';
import type { BuildAnswer, BuildOrder, BuildWork } from './build-graph.js';
import { GraphBuilder } from './graph-builder.js';
import { loadUsearch } from './usearch.js';

async function build(): Promise<void> {
  const { dimension, sample, size } = workerData as BuildWork;
  const usearch = await loadUsearch();
  if (!usearch) throw new Error('usearch has no build for this machine.');
  const builder = new GraphBuilder(usearch, dimension, sample, size);
  parentPort?.on('message', (order: BuildOrder) => {
    const answer: BuildAnswer = {};
    if (order.kind === 'add') builder.add(order.vectors);
    else answer.tuning = builder.finish(order.file);
    parentPort?.postMessage(answer);
  });
}

void build();
