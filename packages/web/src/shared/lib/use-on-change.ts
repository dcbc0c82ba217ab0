import { useEffect, useRef } from 'react';

/** Acts whenever a value becomes another one, not on the first; what `act` is then counts. */
export function useOnChange<T>(value: T, act: (value: T) => void): void {
  const before = useRef(value);
  useEffect(() => {
    if (Object.is(before.current, value)) return;
    before.current = value;
    act(value);
  });
}
