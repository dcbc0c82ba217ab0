import type { OnnxModel } from '@vitrine/grad';
import { ArtifactError } from '../../errors.js';
import type { PictureFrame } from '../../pictures/picture.js';

type Port = OnnxModel['inputs'][number];

/** Outputs that hold the vectors, by the names in use, the most telling first. */
const USUAL = ['image_embeds', 'text_embeds', 'vectors', 'embeddings', 'embedding', 'pooler_output'];

const listed = (ports: readonly Port[]) => ports.map(({ name, shape }) => `${name} [${shape.join(', ')}]`).join(', ');

/** The output with the vectors: the one named, the only one, or the one that such networks usually have. @throws ArtifactError */
export function outputOf({ outputs }: Pick<OnnxModel, 'outputs'>, named: string | undefined): string {
  const names = outputs.map(({ name }) => name);
  if (named !== undefined) {
    if (names.includes(named)) return named;
    throw new ArtifactError(`The network has no output "${named}"; it has ${listed(outputs)}.`);
  }
  const usual = USUAL.find((name) => names.includes(name)) ?? (names.length === 1 ? names[0] : undefined);
  if (usual !== undefined) return usual;
  throw new ArtifactError(`The network has several outputs, ${listed(outputs)}; say which holds the vectors.`);
}

/** Where pictures go in, and in which form: the network's own, else `size` pixels along both sides. @throws ArtifactError */
export function pictureInput(
  { inputs }: Pick<OnnxModel, 'inputs'>,
  size: number | undefined,
): { input: string; layout: 'nchw' | 'nhwc'; batch: number | undefined; frame: Omit<PictureFrame, 'fit'> } {
  const [port, ...others] = inputs;
  if (!port || others.length > 0 || port.shape.length !== 4 || port.dtype !== 'float32') {
    throw new ArtifactError(
      `A network of pictures takes one input of float32 [N, C, H, W] or [N, H, W, C]; this one takes ${listed(inputs)}.`,
    );
  }
  const isChannels = (dimension: unknown) => dimension === 1 || dimension === 3;
  const [batch, second, third, last] = port.shape;
  const layout = !isChannels(second) && isChannels(last) ? 'nhwc' : 'nchw';
  const [channels, height, width] = layout === 'nchw' ? [second, third, last] : [last, second, third];
  if (typeof channels === 'number' && !isChannels(channels)) {
    throw new ArtifactError(`The network takes pictures of ${channels} channels; only 1 and 3 are known here.`);
  }
  return {
    input: port.name,
    layout,
    batch: typeof batch === 'number' ? batch : undefined,
    frame: { width: sideOf(width, size), height: sideOf(height, size), channels: channels === 1 ? 1 : 3 },
  };
}

function sideOf(own: number | string | undefined, size: number | undefined): number {
  if (typeof own !== 'number') {
    if (size !== undefined) return size;
    throw new ArtifactError('The network takes pictures of any size; say which it was trained with, as in size 224.');
  }
  if (size === undefined || size === own) return own;
  throw new ArtifactError(`The network takes pictures of ${own} pixels a side, not of ${size}.`);
}

/** Where the tokens go in. @throws ArtifactError */
export function textInputs({ inputs }: Pick<OnnxModel, 'inputs'>): {
  ids: string;
  mask?: string;
  types?: string;
  length: number | undefined;
  integers: 'int32' | 'int64';
} {
  const known = new Map(inputs.map((port) => [port.name, port]));
  const ids = known.get('input_ids') ?? (inputs.length === 1 ? inputs[0] : undefined);
  const rest = inputs.filter(
    ({ name }) => name !== ids?.name && name !== 'attention_mask' && name !== 'token_type_ids',
  );
  if (!ids || rest.length > 0 || ids.shape.length !== 2 || (ids.dtype !== 'int64' && ids.dtype !== 'int32')) {
    throw new ArtifactError(
      `A network of texts takes input_ids [N, T] of whole numbers, with attention_mask and token_type_ids where it wants; this one takes ${listed(inputs)}.`,
    );
  }
  const length = ids.shape[1];
  return {
    ids: ids.name,
    ...(known.has('attention_mask') ? { mask: 'attention_mask' } : {}),
    ...(known.has('token_type_ids') ? { types: 'token_type_ids' } : {}),
    length: typeof length === 'number' ? length : undefined,
    integers: ids.dtype,
  };
}
