import '@fastify/multipart';
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { VitrineError } from '@vitrine/models';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { takeField } from '../http/form.js';
import { validate } from '../http/validate.js';
import { type formatSchema, type ImportOptions, MAX_PHOTOS, uploadDataset } from './api.js';

/** Larger data are imported from the server's own disk. */
const MAX_UPLOAD = 2 * 1024 ** 3;

export interface Upload {
  name: string;
  format: z.infer<typeof formatSchema>;
  options: ImportOptions;
  path: string;
}

/**
 * Streams an upload's files into `inbox`, whatever their size up to 2 GB together: the table or archive and its labels under
 * names of our own making, photos in a folder `images` under their bare names.
 * @throws VitrineError `request.mediaType` (415), `request.tooLarge` (413), `upload.file` (422); ENOSPC. `inbox` is gone then.
 */
export async function receiveUpload(request: FastifyRequest, inbox: string): Promise<Upload> {
  if (!request.isMultipart()) throw new VitrineError('request.mediaType', 'Send multipart/form-data.', 415);
  try {
    const { fields, files } = await receiveParts(request, inbox);
    if (!files.file) throw new VitrineError('upload.file', 'Send the data as the form’s field "file".', 422);
    const { name, format, options } = validate(uploadDataset.body, fields, 'form');
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

async function receiveParts(request: FastifyRequest, inbox: string) {
  const fields: Record<string, string> = {};
  const files: { file?: string; labels?: string } = {};
  const images = join(inbox, 'images');
  await mkdir(images, { recursive: true });
  let left = MAX_UPLOAD;
  const most = MAX_PHOTOS + 2;
  for await (const part of request.parts({ limits: { fileSize: MAX_UPLOAD, files: most, parts: most + 10 } })) {
    if (part.type === 'field') {
      takeField(fields, part);
      continue;
    }
    const path = pathOf(part, files, inbox, images);
    left -= await receiveFile(part.file, path, left);
    if (part.fieldname === 'file' || part.fieldname === 'labels') files[part.fieldname] = path;
  }
  return { fields, files };
}

function pathOf(
  { fieldname, filename }: { fieldname: string; filename: string },
  files: Record<string, string>,
  inbox: string,
  images: string,
): string {
  if (fieldname === 'images') return join(images, photoName(filename));
  if ((fieldname !== 'file' && fieldname !== 'labels') || files[fieldname] !== undefined)
    throw new VitrineError(
      'upload.file',
      'Name the file’s field "file", that of labels "labels", each once; those of photos "images".',
      422,
    );
  const used = Object.values(files).map((path) => basename(path));
  return join(inbox, safeName(filename, fieldname, used));
}

/** @returns how many bytes came */
async function receiveFile(file: Readable & { truncated?: boolean }, path: string, most: number): Promise<number> {
  const target = createWriteStream(path, { flags: 'wx' });
  await pipeline(file, target).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new VitrineError(
      'upload.file',
      `Two photos are named ${basename(path)}: pack their folders as a zip, and send that.`,
      422,
    );
  });
  if (file.truncated || target.bytesWritten > most)
    throw new VitrineError(
      'request.tooLarge',
      'The files are over 2 GB: import them on the server with `vitrine data import`.',
      413,
    );
  return target.bytesWritten;
}

/** A photo keeps its name, by which the table knows it; folders and what no name should hold go. */
function photoName(filename: string): string {
  const bare = filename
    .split(/[\\/]/)
    .at(-1)!
    .replace(/\p{Cc}/gu, '')
    .replace(/^\.+/, '');
  if (bare === '' || Buffer.byteLength(bare) > 255)
    throw new VitrineError('upload.file', 'A photo has no name, or one over 255 characters: rename it.', 422);
  return bare;
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
