import { z } from 'zod';

/** Settings that trainings on pictures have in common. */
export const pictureSettings = {
  weights: z.string().min(1).optional().meta({
    title: 'Starting weights',
    description: 'A safetensors file with torchvision’s weights of the network, to start from.',
  }),
  size: z
    .number()
    .int()
    .min(16)
    .max(512)
    .optional()
    .meta({ title: 'Picture size', description: 'Pixels along both sides; pictures are scaled to it.' }),
  weightDecay: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .meta({ title: 'Weight decay', description: 'How strongly weights are pulled towards zero.' }),
};
