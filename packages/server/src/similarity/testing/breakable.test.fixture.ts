export interface Breakable<T> {
  /** Does what the whole one does. */
  it: T;
  /** Has a call of a method fail, the next one unless said, and those after it not. */
  breakAt(method: keyof T, call?: number): void;
}

/** A stand-in for a connection or a store that is cut off once. */
export function breakable<T extends object>(whole: T): Breakable<T> {
  let broken: keyof T | undefined;
  let calls = 0;
  const call = (key: PropertyKey) => {
    if (key !== broken) return;
    calls -= 1;
    if (calls > 0) return;
    broken = undefined;
    throw new Error('Connection terminated unexpectedly');
  };
  const it = new Proxy(whole, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function') return value;
      return (...given: unknown[]): unknown => {
        call(key);
        return Reflect.apply(value, target, given);
      };
    },
  });
  return {
    it,
    breakAt(method, at = 1) {
      broken = method;
      calls = at;
    },
  };
}
