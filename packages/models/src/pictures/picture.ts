import { z } from 'zod';

/** Networks take no sides of fewer pixels. */
export const LEAST_SIDE = 8;

/** How pictures enter a network: part of the artifact, so that serving does exactly what training did. */
export const pictureSpecSchema = z.object({
  width: z.number().int().min(LEAST_SIDE).max(1024),
  height: z.number().int().min(LEAST_SIDE).max(1024),
  /** 1: grey; 3: red, green, blue. */
  channels: z.union([z.literal(1), z.literal(3)]),
  /** `cover` fills the frame and cuts what sticks out; `contain` keeps all and pads with white. */
  fit: z.enum(['cover', 'contain']),
  /** Mean of each channel over the training pictures, in 0–255. */
  mean: z.array(z.number()),
  /** Standard deviation of each channel, in 0–255. */
  deviation: z.array(z.number().positive()),
});
export type PictureSpec = z.infer<typeof pictureSpecSchema>;

/** The frame alone, before the statistics of the training pictures are known. */
export type PictureFrame = Omit<PictureSpec, 'mean' | 'deviation'>;

/** Bytes of one decoded picture: height × width × channels. */
export function pictureSize({ width, height, channels }: PictureFrame): number {
  return width * height * channels;
}

/** Writes a decoded picture [H, W, C] of bytes as normalised floats [C, H, W] into `target` from `offset` on. */
export function normalisePicture(picture: Uint8Array, spec: PictureSpec, target: Float32Array, offset: number): void {
  const { channels, mean, deviation } = spec;
  const area = spec.width * spec.height;
  for (let channel = 0; channel < channels; channel++) {
    const scale = 1 / deviation[channel]!;
    const shift = -mean[channel]! * scale;
    const plane = offset + channel * area;
    for (let i = 0; i < area; i++) target[plane + i] = picture[i * channels + channel]! * scale + shift;
  }
}
