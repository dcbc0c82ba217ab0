/**
 * Gathers what comes and hands it on together: `pause` milliseconds after the first, and never again before what was
 * done with the last has ended.
 */
export function gathered<T>(act: (items: T[]) => Promise<unknown>, pause: number) {
  let waiting: T[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  let acting = false;

  function begin() {
    if (waiting.length > 0 && timer === undefined && !acting) timer = setTimeout(() => void hand(), pause);
  }
  async function hand() {
    const items = waiting;
    waiting = [];
    timer = undefined;
    acting = true;
    try {
      await act(items);
    } finally {
      acting = false;
      begin();
    }
  }
  return {
    add(item: T) {
      waiting.push(item);
      begin();
    },
    /** What has not been handed on by now is not any more. */
    stop() {
      clearTimeout(timer);
      timer = undefined;
      waiting = [];
    },
  };
}
