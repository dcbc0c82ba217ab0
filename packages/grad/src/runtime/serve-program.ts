import { parentPort, workerData } from 'node:worker_threads';
import { GradError } from '../errors.js';
import { type Handlers, handOver, movedWith, type Reply, type Request, toFailure } from './worker-protocol.js';

/**
 * Makes the worker thread it is called in a program for `runInWorker`: opens it with the options given there and
 * answers its calls one after the other. Throws `worker` on the main thread.
 */
export function serveProgram<Options>(open: (options: Options) => Handlers | Promise<Handlers>): void {
  if (!parentPort)
    throw new GradError('worker', 'serveProgram belongs in the file of a worker thread; see runInWorker.');
  const port = parentPort;
  const opened = Promise.resolve(workerData as Options).then(open);
  let turn = answer(0, async () => {
    await opened;
  });
  port.on('message', (request: Request) => {
    turn = turn.then(() => answer(request.id, async () => call(await opened, request)));
  });

  async function answer(id: number, work: () => Promise<unknown>): Promise<void> {
    const post = (reply: Reply, moved: readonly ArrayBuffer[] = []) => port.postMessage(reply, moved);
    try {
      const result = await work();
      handOver('The result', () => post({ id, result }, movedWith(result)));
    } catch (error) {
      post({ id, failure: toFailure(error) });
    }
  }
}

function call(handlers: Handlers, { method, argument }: Request): unknown {
  const handler = Object.hasOwn(handlers, method) ? handlers[method] : undefined;
  if (!handler)
    throw new GradError('worker', `The program has no method '${method}'; it has ${Object.keys(handlers).join(', ')}.`);
  return handler(argument as never);
}
