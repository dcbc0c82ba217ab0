import { fork } from 'node:child_process';
import { availableParallelism, constants, setPriority } from 'node:os';
import { VitrineError } from '@vitrine/models';
import type { Product } from '@vitrine/sample-shop';

export interface RenderOrder {
  products: Pick<Product, 'id' | 'design'>[];
  /** Side of the square pictures, in pixels. */
  side: number;
}

export interface Rendered {
  /** Of the product. */
  id: string;
  bytes: Buffer;
}

/**
 * Draws products' pictures in processes of low priority, so that the server answers meanwhile; each picture is handed on as
 * it comes, and none is drawn ahead of being taken.
 * @throws whatever `take` throws; VitrineError `sampleShop.pictures` when a process dies
 */
export async function renderProducts(
  { products, side }: RenderOrder,
  take: (picture: Rendered) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const shares = Math.min(2, availableParallelism());
  const parts = Array.from({ length: shares }, (_, share) => products.filter((_, index) => index % shares === share));
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  try {
    await Promise.all(
      parts.filter(({ length }) => length).map((part) => renderPart({ products: part, side }, take, either)),
    );
  } finally {
    stop.abort();
  }
}

function renderPart(
  order: RenderOrder,
  take: (picture: Rendered) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const child = fork(new URL('./render.main.js', import.meta.url), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: [],
    serialization: 'advanced',
  });
  const kill = () => child.kill('SIGKILL');
  signal.addEventListener('abort', kill);
  return new Promise<void>((resolve, reject) => {
    let left = order.products.length;
    child.on('spawn', () => {
      if (child.pid) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
      child.send(order);
    });
    child.on('message', (picture: Rendered) => {
      take(picture).then(() => {
        left -= 1;
        if (child.connected) child.send('taken');
      }, reject);
    });
    child.on('error', reject);
    child.on('exit', () => {
      if (signal.aborted) reject(signal.reason);
      else if (left > 0) reject(new VitrineError('sampleShop.pictures', 'The pictures’ process ended early.', 500));
      else resolve();
    });
  }).finally(() => {
    signal.removeEventListener('abort', kill);
    kill();
  });
}
