import { Readable } from 'node:stream';
import type { Server } from '../server.js';

/** An answer's status, headers and JSON. */
export interface Answer {
  status: number;
  headers: Record<string, unknown>;
  body: Record<string, unknown> & { error?: { code: string; message: string } };
  raw: Buffer;
}

export type Send = (
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<Answer>;

/** Sends requests to `/api/v1` with the given headers, without a network. */
export function sender({ app, localToken }: Server, given?: Record<string, string>): Send {
  const identity = given ?? { authorization: `Bearer ${localToken}` };
  return async (method, path, body, headers = {}) => {
    const form = body instanceof FormData ? await encode(body) : undefined;
    const answer = await app.inject({
      method,
      url: `/api/v1${path}`,
      headers: { ...identity, ...headers, ...form?.headers },
      ...(body === undefined ? {} : { payload: form ? Readable.from([form.bytes]) : (body as object) }),
    });
    const json = answer.headers['content-type']?.toString().includes('json');
    return {
      status: answer.statusCode,
      headers: answer.headers,
      body: json ? (JSON.parse(answer.body) as Answer['body']) : {},
      raw: answer.rawPayload,
    };
  };
}

async function encode(form: FormData): Promise<{ bytes: Buffer; headers: Record<string, string> }> {
  const { headers, body } = new Response(form);
  const chunks: Uint8Array[] = [];
  for await (const chunk of body ?? []) chunks.push(chunk as Uint8Array);
  return { bytes: Buffer.concat(chunks), headers: { 'content-type': headers.get('content-type') ?? '' } };
}

/** A form with text fields and files (their bytes). */
export function formOf(fields: Record<string, string | Buffer>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields))
    if (typeof value === 'string') form.append(name, value);
    else form.append(name, new Blob([new Uint8Array(value)]), `${name}.jpg`);
  return form;
}
