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

/**
 * Reads a small multipart form into memory; large uploads are streamed from `request.parts()` instead.
 * @param fileBytes the largest file accepted
 * @throws VitrineError `request.tooLarge` (413), `request.mediaType` (415)
 */
export async function readForm(request: FastifyRequest, fileBytes: number): Promise<Form> {
  const { fields, files } = await readFormWithFiles(request, fileBytes);
  return { fields, files: Object.assign(Object.create(null), ...files.map((file) => ({ [file.field]: file }))) };
}

/** The same for forms in which several files may have one field's name: all files, in their order. */
export async function readFormWithFiles(
  request: FastifyRequest,
  fileBytes: number,
): Promise<{ fields: Form['fields']; files: (UploadedFile & { field: string })[] }> {
  if (!request.isMultipart()) throw new VitrineError('request.mediaType', 'Send multipart/form-data.', 415);
  const fields: Form['fields'] = Object.create(null);
  const files: (UploadedFile & { field: string })[] = [];
  for await (const part of request.parts({ limits: { fileSize: fileBytes, files: 12 } })) {
    if (part.type === 'field') fields[part.fieldname] = textOf(part.value);
    else {
      const { fieldname: field, filename, mimetype } = part;
      files.push({ field, filename, mimetype, bytes: await part.toBuffer() });
    }
  }
  return { fields, files };
}

/** A field's text; one that is declared as JSON comes parsed. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
