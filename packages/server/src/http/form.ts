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
  if (!request.isMultipart()) throw new VitrineError('request.mediaType', 'Send multipart/form-data.', 415);
  const form: Form = { fields: Object.create(null), files: Object.create(null) };
  for await (const part of request.parts({ limits: { fileSize: fileBytes, files: 12 } })) {
    if (part.type === 'field') form.fields[part.fieldname] = textOf(part.value);
    else
      form.files[part.fieldname] = {
        filename: part.filename,
        mimetype: part.mimetype,
        bytes: await part.toBuffer(),
      };
  }
  return form;
}

/** A field's text; one that is declared as JSON comes parsed. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
