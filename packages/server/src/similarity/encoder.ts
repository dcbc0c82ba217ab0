import { type Engine, VitrineError } from '@vitrine/models';
import sharp from 'sharp';
import type { ModelRow } from '../registry/model-store.js';
import { type HostOptions, PredictorHost } from '../serving/host/predictor-host.js';

export interface EncoderOptions extends HostOptions {
  engine: Partial<Engine>;
  /** Work that waits for whatever else the machine has to do. */
  background?: boolean;
}

/** One version of the `similar` model, open in a thread of its own. */
export class Encoder {
  private constructor(
    readonly model: Pick<ModelRow, 'id' | 'version'>,
    private readonly host: PredictorHost,
    /** Numbers in a vector. */
    readonly dimension: number,
    /** Whether it knows words beside pictures. */
    readonly readsWords: boolean,
  ) {}

  /** @throws VitrineError the artifact's own error, `model.open` */
  static async open(
    model: Pick<ModelRow, 'id' | 'version'>,
    directory: string,
    { engine, background = false, ...options }: EncoderOptions,
  ): Promise<Encoder> {
    const host = await PredictorHost.open({ task: 'similar', directory, engine, background }, options);
    try {
      const { length } = await vectorOf(host, { image: await blank() });
      return new Encoder(model, host, length, await readsWords(host));
    } catch (error) {
      await host.close();
      throw error;
    }
  }

  get ready(): boolean {
    return this.host.ready;
  }

  /**
   * The vector of a picture's file, of length 1.
   * @throws VitrineError the picture's own error (422), `model.busy`, `model.crashed` (503)
   */
  embed(picture: Uint8Array): Promise<Float32Array> {
    return vectorOf(this.host, { image: picture });
  }

  /**
   * The vector of words, among those of pictures.
   * @throws VitrineError `input.text` (422) where the model knows pictures only; `model.busy`, `model.crashed` (503)
   */
  embedText(text: string): Promise<Float32Array> {
    return vectorOf(this.host, { text });
  }

  /** Answers what was asked so far, then ends. */
  close(): Promise<void> {
    return this.host.close();
  }
}

async function vectorOf(host: PredictorHost, input: { image: Uint8Array } | { text: string }): Promise<Float32Array> {
  const { vector } = (await host.predict(input)) as { vector: ArrayLike<number> };
  const floats = Float32Array.from(vector);
  const length = Math.hypot(...floats);
  if (Number.isFinite(length) && length > 0) return floats.map((value) => value / length);
  throw new VitrineError('input.image', 'The model finds nothing in it that it could compare.', 422);
}

async function readsWords(host: PredictorHost): Promise<boolean> {
  try {
    await host.predict({ text: 'a' });
    return true;
  } catch (error) {
    if (error instanceof VitrineError && error.code === 'input.text') return false;
    throw error;
  }
}

/** A first picture: it says how long vectors are, and takes the slow first run. */
function blank(): Promise<Buffer> {
  return sharp({ create: { width: 64, height: 64, channels: 3, background: '#808080' } })
    .png()
    .toBuffer();
}
