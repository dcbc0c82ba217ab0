import { Search } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useOnChange } from '@/shared/lib/use-on-change';
import { Button } from '@/shared/ui/button';
import { MOST_LETTERS } from './search-address';

interface WordsFormProps {
  /** That are searched with now. */
  words: string | undefined;
  onSearch(words: string): void;
}

/** What one looks for, said in words. */
export function WordsForm({ words = '', onSearch }: WordsFormProps) {
  const [text, setText] = useState(words);
  useOnChange(words, setText);
  function submit(event: FormEvent) {
    event.preventDefault();
    if (text.trim()) onSearch(text.trim());
  }
  return (
    <search>
      <form onSubmit={submit} className="mb-6 flex max-w-3xl gap-2.5">
        <div className="relative min-w-0 flex-1">
          <Search
            className="pointer-events-none absolute top-1/2 left-3.5 size-4.5 -translate-y-1/2 text-muted"
            aria-hidden
          />
          <input
            type="search"
            aria-label="Say what you look for"
            placeholder="Say what you look for"
            className="control h-12! pl-11! text-[1.0625rem]"
            maxLength={MOST_LETTERS}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        </div>
        <Button type="submit" size="large" disabled={!text.trim()}>
          Search
        </Button>
      </form>
    </search>
  );
}
