import { join } from 'node:path';
import type { Engine } from '../engine.js';
import { ArtifactError, InputError, VitrineError } from '../errors.js';
import { softmaxRows } from '../metrics/softmax.js';
import { Sessions } from '../sessions.js';
import type { PredictionResult, PredictOptions, Predictor } from '../task.js';
import { FUSION_DIR, IMAGE_DIR, type ModelDescription, readDescription, TEXT_DIR } from './artifact.js';
import { blend } from './blend.js';
import { cleanListing, type Usable } from './examples.js';
import { explainImage, explainText } from './explain.js';
import { fuse, type Route } from './fusion/fit-fusion.js';
import { type JointHead, openJointHead } from './fusion/joint-head.js';
import { type ImageModel, openImageModel } from './image/image-model.js';
import type { Classification, ClassifyInput } from './schema.js';
import { openTextModel, type TextModel } from './text/text-model.js';

/** The heads of an opened model; a head the model does not have is absent. */
export interface Heads {
  readonly description: ModelDescription;
  readonly text?: TextModel;
  readonly image?: ImageModel;
  readonly joint?: JointHead;
}

const DEFAULT_TOP = 5;

/**
 * Opens a classifier.
 * @throws ArtifactError when a file is missing, cut short, changed or of another version.
 */
export async function openClassifier(
  directory: string,
  engine: Partial<Engine> = {},
): Promise<Predictor<ClassifyInput, Classification>> {
  const description = await readDescription(directory);
  return Sessions.open(async (sessions) => {
    const heads = await openHeads(directory, description, { sessions, engine });
    await requireSense(heads);
    return {
      predict: (inputs, options = {}) => predict(heads, inputs, options),
      close: () => sessions.close(),
    };
  });
}

async function openHeads(
  directory: string,
  description: ModelDescription,
  { sessions, engine }: { sessions: Sessions; engine: Partial<Engine> },
): Promise<Heads> {
  const { kind, classes } = description;
  const at = (part: string) => join(directory, part);
  return {
    description,
    ...(kind === 'image' ? {} : { text: sessions.add(await openTextModel(at(TEXT_DIR), engine)) }),
    ...(kind === 'text' ? {} : { image: sessions.add(await openImageModel(at(IMAGE_DIR), { threads: 1, ...engine })) }),
    ...(kind === 'fusion' ? { joint: sessions.add(await openJointHead(at(FUSION_DIR), classes.length)) } : {}),
  };
}

/** Files that fit each other may still not fit this code: whatever such a model answers, it must not be served. */
async function requireSense(heads: Heads): Promise<void> {
  if (!heads.text) return;
  const [trial] = await predict(heads, [{ title: 'vitrine' }], { top: 1 });
  const probability = trial?.ok ? trial.output.predictions[0]?.probability : undefined;
  if (!Number.isFinite(probability))
    throw new ArtifactError('The model does not answer with probabilities; train it again with this version.');
}

async function predict(
  heads: Heads,
  inputs: readonly ClassifyInput[],
  { top = DEFAULT_TOP, explain = false }: PredictOptions,
): Promise<PredictionResult<Classification>[]> {
  const usable = await Promise.all(inputs.map((input) => usableOf(heads, input)));
  const ready = usable.flatMap((each) => (each instanceof VitrineError ? [] : [each]));
  const { classes } = heads.description;
  const probabilities = softmaxRows(await logitsOf(heads, ready), classes.length);
  let next = 0;
  const results: PredictionResult<Classification>[] = [];
  for (const [i, each] of usable.entries()) {
    if (each instanceof VitrineError) {
      results.push({ ok: false, error: { code: each.code, message: each.message } });
      continue;
    }
    const row = probabilities.subarray(next * classes.length, ++next * classes.length);
    const output = answer(heads, each, row, top);
    results.push({
      ok: true,
      output: explain ? { ...output, ...(await explained(heads, inputs[i]!, each, row)) } : output,
    });
  }
  return results;
}

function answer({ description: { classes } }: Heads, usable: Usable, row: Float32Array, top: number): Classification {
  const ranked = [...row.keys()].sort((a, b) => row[b]! - row[a]! || a - b).slice(0, Math.max(1, top));
  return {
    predictions: ranked.map((k) => ({ ...classes[k]!, probability: row[k]! })),
    used: routeOf(usable),
  };
}

async function explained(heads: Heads, input: ClassifyInput, usable: Usable, row: Float32Array) {
  const first = row.indexOf(Math.max(...row));
  const score = (variants: readonly Usable[]) => logitsOf(heads, variants);
  const words = usable.text ? await explainText(input, usable, first, row.length, score) : undefined;
  const spec = heads.image?.description.spec;
  const image = usable.picture && spec ? await explainImage(usable, spec, first, row.length, score) : undefined;
  return { explanation: { ...(words ? { words } : {}), ...(image ? { image } : {}) } };
}

/** What the model's heads can read of an input, or why there is nothing. */
async function usableOf({ text, image }: Heads, input: ClassifyInput): Promise<Usable | VitrineError> {
  const listing = text ? cleanListing(input.title, input.description) : undefined;
  try {
    const picture = input.image && (await image?.decode({ kind: 'encoded', bytes: Buffer.from(input.image) }));
    if (listing || picture) return { ...(listing ? { text: listing } : {}), ...(picture ? { picture } : {}) };
  } catch (error) {
    if (error instanceof VitrineError) return error;
    throw error;
  }
  const missing = text && image ? 'a title, a description or a photo' : text ? 'a title or a description' : 'a photo';
  const given = Boolean(input.title || input.description || input.image);
  return new InputError(
    'input.empty',
    `${given ? 'Nothing here can be read by this model' : 'The listing is empty'}: give ${missing}.`,
  );
}

function routeOf({ text, picture }: Usable): Route {
  return text && picture ? 'both' : text ? 'text' : 'image';
}

/** Calibrated logits [listings × classes]: of the only head, or of all by what each listing has. */
async function logitsOf(
  { description, text, image, joint }: Heads,
  listings: readonly Usable[],
): Promise<Float32Array> {
  const classes = description.classes.length;
  const { calibration } = description;
  const texts = listings.flatMap((listing) => (listing.text ? [listing.text] : []));
  const pictures = listings.flatMap((listing) => (listing.picture ? [listing.picture] : []));
  const ofTexts = text && texts.length > 0 ? await text.score(texts) : new Float32Array(0);
  const ofPictures =
    image && pictures.length > 0
      ? blend([(await image.score(pictures)).logits], [calibration.image ?? 1])
      : new Float32Array(0);
  if (!joint || !calibration.fusion || listings.length === 0) return text ? ofTexts : ofPictures;

  // A row of zeros stands for a missing input.
  const evidence = {
    text: new Float32Array(listings.length * classes),
    image: new Float32Array(listings.length * classes),
  };
  let [nextText, nextPicture] = [0, 0];
  listings.forEach((listing, i) => {
    if (listing.text) evidence.text.set(ofTexts.subarray(nextText * classes, ++nextText * classes), i * classes);
    if (listing.picture)
      evidence.image.set(ofPictures.subarray(nextPicture * classes, ++nextPicture * classes), i * classes);
  });
  const jointly = await joint.score(evidence);
  const logits = new Float32Array(listings.length * classes);
  listings.forEach((listing, i) => {
    const own = (scores: Float32Array) => scores.subarray(i * classes, (i + 1) * classes);
    const seen = { text: own(evidence.text), image: own(evidence.image) };
    logits.set(fuse(seen, own(jointly), routeOf(listing), calibration.fusion!), i * classes);
  });
  return logits;
}
