import { InputError } from '@vitrine/models';
import type { UploadedFile } from '../http/form.js';
import { inspectPicture } from '../platform/images/picture.js';

/** A photo given as Base64, with or without the head of a data URL. @throws InputError `input.image` */
function decoded(base64: string): Buffer {
  const text = base64.replace(/^data:[\w/+.-]+;base64,/, '').replace(/\s/g, '');
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(text))
    throw new InputError(
      'input.image',
      'The photo is not valid Base64; send the file’s bytes in Base64 or as multipart.',
    );
  return Buffer.from(text, 'base64');
}

/**
 * The photo of a request, checked before anything decodes it: a file, Base64, or one stored with the catalogue.
 * @throws InputError `input.image`, `input.imageTooLarge`; whatever `stored` throws.
 */
export async function photoOf(
  request: { image?: string | undefined; imageHash?: string | undefined },
  file: UploadedFile | undefined,
  stored: (hash: string) => Promise<Buffer>,
): Promise<Buffer | undefined> {
  if (request.imageHash !== undefined) return stored(request.imageHash);
  const bytes = file ? file.bytes : request.image ? decoded(request.image) : undefined;
  if (!bytes) return undefined;
  await inspectPicture(bytes);
  return bytes;
}
