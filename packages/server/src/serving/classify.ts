import { VitrineError } from '@vitrine/models';
import type { z } from 'zod';
import type { Call } from '../http/router.js';
import { newId } from '../platform/id.js';
import type { classifyResponse, predictClassify } from './api.js';
import { photoOf } from './photo.js';
import type { PredictionLog } from './prediction-log.js';
import type { ServedModels } from './served-models.js';

export interface Classifying {
  models: ServedModels;
  log: PredictionLog;
  /** The bytes of a photo stored with the catalogue. */
  photo(hash: string): Promise<Buffer>;
  /** Told of every prediction, for the metrics; the outcome is `ok` or the error's code. */
  onPrediction(task: string, outcome: string, milliseconds: number): void;
}

type Response = z.infer<typeof classifyResponse>;
/** What the `classify` task answers. */
type Classification = Pick<Response, 'predictions' | 'used' | 'explanation'>;

/** Answers one request and notes it down. @throws VitrineError the input's own error (422), `model.none`, `model.busy` */
export async function classify(call: Call<typeof predictClassify>, options: Classifying): Promise<Response> {
  const started = performance.now();
  try {
    const answer = await answerTo(call, options, started);
    options.onPrediction('classify', 'ok', answer.milliseconds);
    return answer;
  } catch (error) {
    const outcome = error instanceof VitrineError ? error.code : 'error';
    options.onPrediction('classify', outcome, performance.now() - started);
    throw error;
  }
}

async function answerTo(
  { body, files, caller }: Call<typeof predictClassify>,
  { models, log, photo }: Classifying,
  started: number,
): Promise<Response> {
  const title = body.title ?? body.text;
  const image = await photoOf(body, files.image, photo);
  const input = {
    ...(title === undefined ? {} : { title }),
    ...(body.description === undefined ? {} : { description: body.description }),
    ...(image === undefined ? {} : { image }),
  };
  const { output, model } = await models.predict('classify', input, { top: body.top, explain: body.explain });
  const { predictions, used, explanation } = output as Classification;
  const milliseconds = performance.now() - started;
  const id = body.explains ?? newId();
  if (body.explains === undefined)
    log.add({
      ...{ id, predictions, used, milliseconds },
      at: new Date(),
      task: 'classify',
      modelId: model.id,
      modelVersion: model.version,
      userId: caller.userId ?? caller.name,
      title: title ?? null,
      description: body.description ?? null,
      imageHash: body.imageHash ?? null,
    });
  const { id: modelId, version } = model;
  return {
    ...{ id, predictions, used, milliseconds },
    model: { id: modelId, version },
    ...(explanation ? { explanation } : {}),
  };
}
