import '@fastify/multipart';
import { VitrineError } from '@vitrine/models';
import type { FastifyRequest } from 'fastify';

export interface UploadedFile {
  /** As the client says: never a path to write to. */
  filename: string;
  mimetype: string;
  bytes: Buffer;
}
export interface Form {
  fields: Record<string, string>;
  files: Record<string, UploadedFile>;
}

/** Most bytes of a form with one file. */
export const FORM_BYTES = 32 << 20;

/** What a form may hold: it is in memory as a whole. Bytes are those of the largest file, and of all parts together. */
export interface FormLimits {
  files: number;
  fileBytes: number;
  totalBytes: number;
}

/**
 * Reads a small multipart form with one file into memory; large uploads are streamed from `request.parts()` instead.
 * @param fileBytes the largest file accepted
 * @throws VitrineError `request.tooLarge` (413), `request.mediaType` (415)
 */
export async function readForm(request: FastifyRequest, fileBytes: number): Promise<Form> {
  const { fields, files } = await readFormWithFiles(request, { files: 1, fileBytes, totalBytes: FORM_BYTES });
  return { fields, files: Object.assign(Object.create(null), ...files.map((file) => ({ [file.field]: file }))) };
}

/** The same for forms in which several files may have one field's name: all files, in their order. */
export async function readFormWithFiles(
  request: FastifyRequest,
  { files: most, fileBytes, totalBytes }: FormLimits,
): Promise<{ fields: Form['fields']; files: (UploadedFile & { field: string })[] }> {
  if (!request.isMultipart()) throw new VitrineError('request.mediaType', 'Send multipart/form-data.', 415);
  const fields: Form['fields'] = Object.create(null);
  const files: (UploadedFile & { field: string })[] = [];
  let left = totalBytes;
  const take = (bytes: number) => {
    left -= bytes;
    if (left < 0)
      throw new VitrineError(
        'request.tooLarge',
        `A form may hold ${totalBytes >> 20} MB altogether; send less at a time.`,
        413,
      );
  };
  for await (const part of request.parts({ limits: { fileSize: fileBytes, files: most } })) {
    if (part.type === 'field') {
      takeField(fields, part);
      take(Buffer.byteLength(fields[part.fieldname] ?? ''));
    } else {
      const { fieldname: field, filename, mimetype } = part;
      const bytes = await part.toBuffer();
      take(bytes.length);
      files.push({ field, filename, mimetype, bytes });
    }
  }
  return { fields, files };
}

/**
 * Takes a field's text; one that is declared as JSON comes parsed. An empty one is left out: pages send it where nothing
 * was filled in.
 */
export function takeField(fields: Form['fields'], { fieldname, value }: { fieldname: string; value: unknown }): void {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (text) fields[fieldname] = text;
}
