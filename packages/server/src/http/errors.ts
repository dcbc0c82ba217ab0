import { VitrineError } from '@vitrine/models';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { isOutage } from '../platform/database/outage.js';

interface ErrorBody {
  error: { code: string; message: string; details?: unknown };
}

/** Codes of PostgreSQL that a person can act on. */
const databaseErrors: Record<string, [code: string, status: number, message: string]> = {
  '22021': ['input.characters', 422, 'The text holds NUL or broken characters; remove them.'],
  '22P05': ['input.characters', 422, 'The text holds NUL characters; remove them.'],
  '22P02': ['input.value', 422, 'A value is malformed, for instance half of a character pair; correct it.'],
  '22003': ['input.value', 422, 'A number is too large.'],
  '23505': ['conflict', 409, 'Something with the same name or id exists already.'],
  '23503': ['conflict', 409, 'Something else still refers to this, or what it refers to is gone.'],
  '53100': ['storage.full', 507, 'The disk is full. Free some space, then try again.'],
  '53300': ['database.busy', 503, 'The database has no free connection. Try again in a moment.'],
  '55P03': ['database.busy', 503, 'The database is busy. Try again in a moment.'],
};

/** Codes of Fastify and its plugins; all else below 500 keeps its own message. */
const requestErrors: Record<string, [code: string, message: string]> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ['request.tooLarge', 'The request is too large.'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [
    'request.mediaType',
    'Send application/json (or multipart/form-data where a file goes).',
  ],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['request.invalid', 'The body is empty; send JSON.'],
  FST_ERR_CTP_INVALID_JSON_BODY: ['request.invalid', 'The body is not valid JSON, or a key in it is named __proto__.'],
  FST_ERR_BAD_URL: ['request.invalid', 'The address holds a broken escape; write % as %25.'],
  FST_ERR_MAX_PARAM_LENGTH: ['request.invalid', 'The address is too long: no id has so many letters.'],
  FST_PROTO_VIOLATION: [
    'request.invalid',
    'A field of the form has a name that is not accepted; see /docs for those there are.',
  ],
  FST_REQ_FILE_TOO_LARGE: ['request.tooLarge', 'The file is too large.'],
  FST_FILES_LIMIT: ['request.invalid', 'The form holds too many files.'],
  FST_PARTS_LIMIT: ['request.invalid', 'The form holds too many parts.'],
  FST_FIELDS_LIMIT: ['request.invalid', 'The form holds too many fields.'],
  FST_INVALID_MULTIPART_CONTENT_TYPE: ['request.mediaType', 'Send multipart/form-data.'],
};

/** When to ask again while the database can't be reached: a restart of PostgreSQL takes about as long. */
const OUTAGE_SECONDS = 5;

/** What the parser of forms says of those that end early or lack their boundary: plain errors, known by their words alone. */
const brokenForm = /^Multipart: |\bmultipart data$|^Unsupported Content-Type\.$|^The needle cannot have/;

function codeOf(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;
}

/** The typed error inside what was thrown: drivers wrap theirs as a `cause`. */
function known(error: unknown): VitrineError | undefined {
  for (let cause = error, depth = 0; cause && depth < 5; cause = (cause as Error).cause, depth++) {
    if (cause instanceof VitrineError) return cause;
    const code = codeOf(cause);
    if (code === 'ENOSPC')
      return new VitrineError('storage.full', 'The disk is full. Free some space, then try again.', 507);
    const [mapped, status, message] = (code && databaseErrors[code]) || [];
    if (cause instanceof Error && brokenForm.test(cause.message)) {
      const sentence = 'The form is cut short or malformed; send it again as multipart/form-data, with its boundary.';
      return new VitrineError('request.invalid', sentence, 400, undefined, { cause });
    }
    if (mapped && message) return new VitrineError(mapped, message, status, undefined, { cause });
  }
  return undefined;
}

/** Status and body of an error answer; what is not understood becomes a 500 that tells nothing but the request's id. */
export function errorAnswer(
  error: unknown,
  requestId: string,
): { status: number; body: ErrorBody; retryAfter?: number } {
  const typed = known(error);
  if (typed) {
    const { code, message, details } = typed;
    const retryAfter = (details as { retryAfterSeconds?: number } | undefined)?.retryAfterSeconds;
    return {
      status: typed.status,
      body: { error: { code, message, ...(details === undefined ? {} : { details }) } },
      ...(retryAfter === undefined ? {} : { retryAfter }),
    };
  }
  const { statusCode, message } = error as Partial<FastifyError>;
  if (statusCode === 429)
    return {
      status: 429,
      body: { error: { code: 'request.rate', message: 'Too many requests. Wait a minute, then try again.' } },
    };
  if (statusCode && statusCode < 500) {
    const [code, sentence] = requestErrors[codeOf(error) ?? ''] ?? [
      'request.invalid',
      message ?? 'The request is invalid.',
    ];
    return { status: statusCode, body: { error: { code, message: sentence } } };
  }
  if (isOutage(error)) {
    const message =
      'The database does not answer. Try again in a moment; if it goes on, check that PostgreSQL runs and can be reached at DATABASE_URL.';
    return {
      status: 503,
      body: { error: { code: 'database.unreachable', message } },
      retryAfter: OUTAGE_SECONDS,
    };
  }
  const sentence = `Something went wrong on the server. Its log has the details under ${requestId}.`;
  return { status: 500, body: { error: { code: 'internal', message: sentence } } };
}

export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const { status, body, retryAfter } = errorAnswer(error, request.id);
  if (status >= 500) request.log.error({ err: error }, 'request failed');
  if (retryAfter !== undefined) reply.header('retry-after', Math.ceil(retryAfter));
  reply.code(status).type('application/json; charset=utf-8').send(body);
}
