import { X } from 'lucide-react';
import { useId, useState } from 'react';
import { useOnChange } from '@/shared/lib/use-on-change';
import { CategoryPicker } from '../categories/category-picker';
import { amountOf } from '../lib/numbers';
import { useDebounced } from '../lib/use-debounced';
import { Button } from '../ui/button';
import { checkSearchFilter, isNarrowed, type SearchFilter } from './search-filter';

interface FilterBarProps {
  filter: SearchFilter;
  onChange(filter: SearchFilter): void;
}

/** Category with all below it, price, in stock: narrows what is found by its looks. */
export function FilterBar({ filter, onChange }: FilterBarProps) {
  const { category, inStock } = filter;
  const [cleared, setCleared] = useState(0);
  function change(part: Record<string, unknown>) {
    onChange(checkSearchFilter({ ...filter, ...part }));
  }
  return (
    <fieldset className="flex min-w-0 flex-wrap items-center gap-2.5">
      <legend className="sr-only">Narrow the results</legend>
      <div className="flex min-w-48 flex-1 gap-1 sm:max-w-64">
        <CategoryPicker
          branches
          placeholder="Any category"
          value={category ?? null}
          onChange={(code) => change({ category: code })}
        />
        {category !== undefined && (
          <Button
            variant="ghost"
            size="icon"
            className="h-auto!"
            aria-label="Any category"
            onClick={() => change({ category: undefined })}
          >
            <X className="size-4" aria-hidden />
          </Button>
        )}
      </div>
      <PriceRange key={cleared} filter={filter} onChange={change} />
      <label className="flex h-10 items-center gap-2 px-1 text-[0.9375rem]">
        <input
          type="checkbox"
          className="size-4.5 accent-(--accent)"
          checked={inStock ?? false}
          onChange={(event) => change({ inStock: event.target.checked })}
        />
        In stock
      </label>
      {isNarrowed(filter) && (
        <Button
          variant="ghost"
          onClick={() => {
            setCleared(cleared + 1);
            onChange({});
          }}
        >
          Clear
        </Button>
      )}
    </fieldset>
  );
}

interface PriceRangeProps {
  filter: SearchFilter;
  onChange(part: { minPrice: string; maxPrice: string }): void;
}

/** Two fields that take effect once their typing rests. */
function PriceRange({ filter, onChange }: PriceRangeProps) {
  const id = useId();
  const [least, setLeast] = useState(filter.minPrice?.toString() ?? '');
  const [most, setMost] = useState(filter.maxPrice?.toString() ?? '');
  const minPrice = useDebounced(numberText(least), 400);
  const maxPrice = useDebounced(numberText(most), 400);
  const kept = checkSearchFilter({ minPrice, maxPrice });

  useOnChange(`${minPrice} ${maxPrice}`, () => {
    if (kept.minPrice !== filter.minPrice || kept.maxPrice !== filter.maxPrice) onChange({ minPrice, maxPrice });
  });

  const fields = [
    { label: 'Price from', value: least, set: setLeast, wrong: minPrice !== '' && kept.minPrice === undefined },
    { label: 'Price to', value: most, set: setMost, wrong: maxPrice !== '' && kept.maxPrice === undefined },
  ];
  const problem = fields.some(({ wrong }) => wrong);
  return (
    <fieldset className="flex flex-wrap items-center gap-1.5">
      <legend className="sr-only">Price</legend>
      {fields.map(({ label, value, set, wrong }) => (
        <input
          key={label}
          aria-label={label}
          aria-invalid={wrong || undefined}
          aria-describedby={wrong ? id : undefined}
          placeholder={label}
          inputMode="decimal"
          className="control w-28! tabular-nums"
          value={value}
          onChange={(event) => set(event.target.value)}
        />
      ))}
      {problem && (
        <p id={id} role="alert" className="basis-full text-[0.8125rem] text-danger">
          Write prices like 24.90, the lower one first.
        </p>
      )}
    </fieldset>
  );
}

/** As the filter takes it; what is no amount is none there either. */
const numberText = (text: string) => (text.trim() === '' ? '' : String(amountOf(text) ?? Number.NaN));
