import { Worker } from 'node:worker_threads';
import { GradError } from '../errors.js';
import { fromFailure, type Handlers, handOver, type Reply, type Request } from './worker-protocol.js';

/** A program in another thread. */
export interface RemoteProgram<H extends Handlers> {
  /**
   * Calls a method with plain data; typed arrays are copied. Rejects with what the method threw, or `worker` when its
   * argument or its result is no plain data.
   */
  call<M extends keyof H & string>(method: M, argument: Parameters<H[M]>[0]): Promise<Awaited<ReturnType<H[M]>>>;
  /** Stops the thread; calls under way reject with `worker`. */
  terminate(): Promise<void>;
}

/**
 * Starts the file at `url`, which calls `serveProgram`, in a worker thread and waits until the program is open.
 * Rejects with what opening threw, or `worker` when the options are no plain data or the thread ends.
 * @typeParam H The methods of the program.
 */
export async function runInWorker<H extends Handlers>(url: URL, options: unknown): Promise<RemoteProgram<H>> {
  const worker = handOver('The options of a program', () => new Worker(url, { workerData: options }));
  const pending = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>();
  let ended: Error | undefined;
  let lastId = 0;

  const wait = (id: number) => new Promise<unknown>((resolve, reject) => pending.set(id, { resolve, reject }));
  const end = (error: Error) => {
    ended ??= error;
    for (const { reject } of pending.values()) reject(ended);
    pending.clear();
  };
  worker.on('message', (reply: Reply) => {
    const waiting = pending.get(reply.id);
    pending.delete(reply.id);
    if ('failure' in reply) waiting?.reject(fromFailure(reply.failure));
    else waiting?.resolve(reply.result);
  });
  worker.on('error', (cause) => end(new GradError('worker', `The worker thread failed: ${String(cause)}`, { cause })));
  worker.on('exit', (code) => end(new GradError('worker', `The worker thread ended with code ${code}.`)));

  const terminate = async () => {
    await worker.terminate();
  };
  try {
    await wait(0);
  } catch (error) {
    await terminate();
    throw error;
  }
  return {
    async call(method, argument) {
      if (ended) throw ended;
      const request: Request = { id: ++lastId, method, argument };
      handOver(`The argument of '${method}'`, () => worker.postMessage(request));
      return wait(request.id) as Promise<never>;
    },
    terminate,
  };
}
