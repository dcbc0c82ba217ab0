import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useDebounced } from '@/shared/lib/use-debounced';
import { useOnChange } from '@/shared/lib/use-on-change';

/** What stands in the search box: it is in the address once its typing rests, and follows an address changed elsewhere. */
export function useSearchWords(words: string): [text: string, setText: (text: string) => void] {
  const navigate = useNavigate({ from: '/products' });
  const [text, setText] = useState(words);
  const rested = useDebounced(text.trim(), 250);
  /** Put into the address by the box itself, and not yet come back: meanwhile more may have been typed. */
  const sent = useRef<string[]>([]);

  useEffect(() => {
    navigate({
      replace: true,
      search: (current) => {
        if (rested === (current.q ?? '')) return current;
        sent.current.push(rested);
        const { q: _, page: __, ...rest } = current;
        return rested ? { ...rest, q: rested } : rest;
      },
    });
  }, [rested, navigate]);

  useOnChange(words, (now) => {
    const own = sent.current.lastIndexOf(now);
    sent.current.splice(0, own + 1);
    if (own < 0) setText(now);
  });
  return [text, setText];
}
