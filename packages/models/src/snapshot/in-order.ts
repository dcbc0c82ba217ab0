/**
 * Maps a stream with up to `width` calls of `transform` under way at once; results come in the order of the items. Memory
 * is bounded by `width` results. A throwing `transform` ends the stream with its error, when its turn comes.
 */
export async function* mapInOrder<T, R>(
  items: AsyncIterable<T>,
  width: number,
  transform: (item: T) => R | Promise<R>,
): AsyncGenerator<R> {
  const running: (R | Promise<R>)[] = [];
  for await (const item of items) {
    const result = transform(item);
    // Observed now, so that a failure before its turn is no unhandled rejection; `await` below still throws it.
    if (result instanceof Promise) result.catch(() => undefined);
    running.push(result);
    if (running.length >= width) yield await running.shift()!;
  }
  for (const result of running) yield await result;
}
