import clsx from 'clsx';
import { Search } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';

export interface ListOption {
  value: string;
  label: string;
  /** Searched beside the label, shown after it. */
  hint?: string | undefined;
  icon?: ReactNode;
}

interface SearchableListProps {
  label: string;
  placeholder: string;
  options: ListOption[];
  selected?: string | null;
  onSelect(value: string): void;
  empty?: string;
}

const fold = (text: string) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

/** Options whose label or hint holds every word of the query; those that begin with it come first. */
export function matching(options: ListOption[], query: string): ListOption[] {
  const words = fold(query).split(/\s+/).filter(Boolean);
  if (words.length === 0) return options;
  const begins = (option: ListOption) => (fold(option.label).startsWith(words[0] ?? '') ? 0 : 1);
  return options
    .filter((option) => {
      const text = fold(`${option.label} ${option.hint ?? ''}`);
      return words.every((word) => text.includes(word));
    })
    .sort((a, b) => begins(a) - begins(b));
}

/** A search box over a list: arrow keys move, Enter chooses (ARIA combobox with an always open listbox). */
export function SearchableList({ label, placeholder, options, selected, onSelect, empty }: SearchableListProps) {
  const id = useId();
  const [query, setQuery] = useState('');
  const [active, setActive] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const found = matching(options, query).slice(0, 200);

  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: 'nearest' });
  }, [active]);

  function onKeyDown(event: KeyboardEvent) {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const step = event.key === 'ArrowDown' ? 1 : -1;
      setActive((active + step + found.length) % Math.max(1, found.length));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      const option = found[active];
      if (option) onSelect(option.value);
    }
  }

  return (
    <div className="flex min-h-0 flex-col">
      <div className="flex items-center gap-2.5 border-b border-line px-4">
        <Search className="size-4 shrink-0 text-muted" aria-hidden />
        <input
          role="combobox"
          aria-label={label}
          aria-expanded="true"
          aria-controls={`${id}-list`}
          aria-activedescendant={found[active] ? `${id}-${active}` : undefined}
          aria-autocomplete="list"
          autoComplete="off"
          placeholder={placeholder}
          value={query}
          onChange={(event) => {
            setQuery(event.target.value);
            setActive(0);
          }}
          onKeyDown={onKeyDown}
          className="h-12 min-w-0 flex-1 bg-transparent text-[0.9375rem] outline-none placeholder:text-muted"
        />
      </div>
      {found.length === 0 ? (
        <p role="status" className="px-4 py-8 text-center text-sm text-muted">
          {empty ?? 'Nothing matches.'}
        </p>
      ) : (
        <div
          ref={list}
          id={`${id}-list`}
          role="listbox"
          aria-label={label}
          tabIndex={-1}
          className="max-h-80 overflow-y-auto p-1.5 outline-none"
        >
          {found.map((option, index) => (
            <div
              key={option.value}
              id={`${id}-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={option.value === selected}
              onPointerMove={() => setActive(index)}
              onClick={() => onSelect(option.value)}
              onKeyDown={undefined}
              className={clsx(
                'flex items-center gap-3 rounded-md px-3 py-2 text-[0.9375rem]',
                index === active && 'bg-paper',
                option.value === selected && 'font-semibold text-accent',
              )}
            >
              {option.icon}
              <span className="min-w-0 truncate">{option.label}</span>
              {option.hint && (
                <span className="ml-auto shrink-0 pl-3 text-[0.8125rem] font-normal text-muted">{option.hint}</span>
              )}
            </div>
          ))}
        </div>
      )}
    </div>
  );
}
