import { ApiError, unwrap } from '@vitrine/client';

/**
 * Sends a form with files and says how far it is, which `fetch` can't.
 * @param onSent share of the bytes that are on their way, 0 … 1
 * @throws ApiError with the server's sentence; TypeError when the server can't be reached; the signal's reason
 */
export function sendForm<Answer>(
  path: string,
  form: FormData,
  { onSent, signal }: { onSent?(fraction: number): void; signal?: AbortSignal } = {},
): Promise<Answer> {
  const request = new XMLHttpRequest();
  return new Promise((resolve, reject) => {
    request.upload.onprogress = ({ loaded, total }) => onSent?.(total > 0 ? loaded / total : 0);
    request.onload = () => {
      try {
        resolve(answerOf<Answer>(request));
      } catch (error) {
        reject(error);
      }
    };
    request.onerror = () => reject(new TypeError('The connection broke.'));
    request.onabort = () => reject(signal?.reason);
    signal?.addEventListener('abort', () => request.abort(), { once: true });
    request.open('POST', path);
    request.send(form);
  });
}

function answerOf<Answer>({ status, responseText }: XMLHttpRequest): Answer {
  const response = new Response(null, { status: status === 204 ? 200 : status });
  let body: unknown;
  try {
    body = JSON.parse(responseText);
  } catch {
    throw new ApiError('http', `The server answered ${status}.`, status);
  }
  return unwrap<Answer>(response.ok ? { data: body as Answer, response } : { error: body, response });
}
