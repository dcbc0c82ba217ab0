import '@fastify/multipart';
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { VitrineError } from '@vitrine/models';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { validate } from '../http/validate.js';
import { datasetName, formatSchema, type ImportOptions, importOptions } from './api.js';

/** Larger data are imported from the server's own disk. */
const MAX_UPLOAD = 2 * 1024 ** 3;

export interface Upload {
  name: string;
  format: z.infer<typeof formatSchema>;
  options: ImportOptions;
  path: string;
}

/** Options that name other files mean files on the server, which an upload has no business with. */
const uploadOptions = importOptions.omit({ images: true, labels: true, names: true }).strict();
const fieldsSchema = z.object({
  name: datasetName,
  format: formatSchema,
  options: z
    .string()
    .default('{}')
    .transform((text, context) => {
      try {
        return JSON.parse(text) as unknown;
      } catch {
        context.addIssue({ code: 'custom', message: 'Write the options as a JSON object.' });
        return z.NEVER;
      }
    })
    .pipe(uploadOptions),
});

/**
 * Streams an upload's files into `inbox`, whatever their size up to 2 GB, under names of our own making.
 * @throws VitrineError `request.mediaType` (415), `request.tooLarge` (413), `upload.file` (422); ENOSPC. `inbox` is gone then.
 */
export async function receiveUpload(request: FastifyRequest, inbox: string): Promise<Upload> {
  if (!request.isMultipart()) throw new VitrineError('request.mediaType', 'Send multipart/form-data.', 415);
  try {
    await mkdir(inbox, { recursive: true });
    const fields: Record<string, string> = Object.create(null);
    const files: Record<string, string> = Object.create(null);
    for await (const part of request.parts({ limits: { fileSize: MAX_UPLOAD, files: 2 } })) {
      if (part.type === 'field') {
        fields[part.fieldname] = String(part.value);
        continue;
      }
      if (part.fieldname !== 'file' && part.fieldname !== 'labels')
        throw new VitrineError('upload.file', 'Name the file’s field "file", that of labels "labels".', 422);
      const path = join(
        inbox,
        safeName(
          part.filename,
          part.fieldname,
          Object.values(files).map((used) => used.slice(inbox.length + 1)),
        ),
      );
      await pipeline(part.file, createWriteStream(path, { flags: 'wx' }));
      if (part.file.truncated)
        throw new VitrineError(
          'request.tooLarge',
          'The file is over 2 GB: import it on the server with `vitrine data import`.',
          413,
        );
      files[part.fieldname] = path;
    }
    if (!files.file) throw new VitrineError('upload.file', 'Send the data as the form’s field "file".', 422);
    const { name, format, options } = validate(fieldsSchema, { ...fields }, 'form');
    return {
      name,
      format,
      path: files.file,
      options: { ...options, ...(files.labels ? { labels: files.labels } : {}) },
    };
  } catch (error) {
    await rm(inbox, { recursive: true, force: true });
    throw error;
  }
}

/** Keeps what formats look at (`X_train.csv.gz`), drops folders, dots in front and everything unusual. */
function safeName(filename: string | undefined, fallback: string, used: string[]): string {
  const plain = (filename ?? '')
    .split(/[\\/]/)
    .at(-1)!
    .replace(/[^\w.-]/g, '_')
    .replace(/^[.-]+/, '')
    .slice(-80);
  const name = plain || fallback;
  return used.includes(name) ? `${fallback}-${name}` : name;
}
