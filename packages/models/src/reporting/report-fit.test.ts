import type { FitEvent } from '@vitrine/grad';
import { describe, expect, it } from 'vitest';
import { reporterOf, type TrainingEvent } from './events.js';
import { reportFit } from './report-fit.js';

const PACE = { examplesPerSecond: 120, dataWait: 0.25, memory: 300 * 2 ** 20 };

function said(...events: FitEvent[]): TrainingEvent[] {
  const reported: TrainingEvent[] = [];
  events.forEach(
    reportFit(
      reporterOf((event) => reported.push(event)),
      { examples: 'pictures', epochs: 8 },
    ),
  );
  return reported;
}

describe('reportFit', () => {
  it('tells the loss and the learning rate of every twentieth step', () => {
    const steps = Array.from(
      { length: 45 },
      (_, i): FitEvent => ({
        type: 'step',
        step: i + 1,
        epoch: (i + 1) / 45,
        loss: 1,
        lr: 0.1,
      }),
    );
    expect(said(...steps)).toEqual([
      { type: 'metrics', step: 20, epoch: 20 / 45, values: { loss: 1, lr: 0.1 } },
      { type: 'metrics', step: 40, epoch: 40 / 45, values: { loss: 1, lr: 0.1 } },
    ]);
  });

  it('tells mean loss, throughput, waiting and memory of an epoch, and its checkpoint', () => {
    expect(said({ type: 'epoch', step: 90, epoch: 2, loss: 0.5, value: 0.75, pace: PACE })).toEqual([
      {
        type: 'metrics',
        step: 90,
        epoch: 2,
        values: { 'train.loss': 0.5, examplesPerSecond: 120, dataWait: 0.25, memoryMB: 300 },
      },
      { type: 'checkpoint', epoch: 2, value: 0.75 },
    ]);
  });

  it('tells progress, where it goes on, and what was left out', () => {
    const example = { index: 3, reason: 'It is cut short.' };
    expect(
      said(
        { type: 'resumed', step: 60, epoch: 1.5 },
        { type: 'pace', fraction: 0.25, secondsLeft: 12, pace: PACE },
        { type: 'failed', example },
        { type: 'skipped', step: 7, reason: 'The loss became NaN.' },
      ),
    ).toEqual([
      { type: 'log', level: 'info', message: 'Going on after epoch 1.5 of 8.' },
      { type: 'progress', fraction: 0.25, secondsLeft: 12 },
      { type: 'log', level: 'warn', message: 'One of the pictures is left out: It is cut short.' },
      { type: 'log', level: 'warn', message: 'Step 7 is left out: The loss became NaN.' },
    ]);
  });
});
