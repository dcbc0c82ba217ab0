import { useEffect, useRef } from 'react';
import type { Choice } from './suggestions';

interface ListingKeys {
  suggestions: Choice[];
  choose(choice: Choice): void;
  /** Asked for once for each time the keys are pressed. */
  submit(): void;
}

/** 1 to 5 choose a suggestion (with Alt while typing), Ctrl Enter or ⌘ Enter lists the product from anywhere. */
export function useListingKeys(keys: ListingKeys): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    function onKeyDown(event: KeyboardEvent) {
      // What is open over the page has the keys to itself.
      if (document.querySelector('[role=dialog], [role=alertdialog]')) return;
      const { suggestions, choose, submit } = latest.current;
      const command = event.ctrlKey || event.metaKey;
      if (command && event.key === 'Enter') {
        // A field or button that has the focus would act on it too.
        event.preventDefault();
        if (!event.repeat) submit();
        return;
      }
      const digit = /^Digit([1-5])$/.exec(event.code)?.[1];
      const choice = digit && suggestions[Number(digit) - 1];
      if (!choice || command) return;
      const target = event.target as HTMLElement;
      const typing = target.matches('textarea, select, input:not([type=radio]):not([type=file])');
      if (typing && !event.altKey) return;
      event.preventDefault();
      choose(choice);
    }
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
}
