import clsx from 'clsx';
import { PencilLine } from 'lucide-react';
import { CategoryPicker } from '@/shared/categories/category-picker';
import { percent } from '@/shared/lib/format';
import type { Classification } from './use-classify';

export interface Choice {
  code: string;
  name: string;
}

interface SuggestionsProps {
  predictions: Classification['predictions'];
  choice: Choice | null;
  fresh: boolean;
  onChoose(choice: Choice): void;
}

/** Ranked categories as radio buttons with their probability; or any other category of the tree. */
export function Suggestions({ predictions, choice, fresh, onChoose }: SuggestionsProps) {
  const corrected = choice !== null && !predictions.some(({ code }) => code === choice.code);
  return (
    <fieldset className={clsx('transition-opacity duration-300', !fresh && 'opacity-60')}>
      <legend className="sr-only">Category</legend>
      <ol className="flex flex-col">
        {predictions.map(({ code, name, probability }, index) => (
          <li key={code}>
            <label className="group relative grid cursor-pointer grid-cols-[1.25rem_1fr_auto] items-baseline gap-x-3 border-b border-line py-3 has-focus-visible:outline-2 has-focus-visible:outline-accent">
              <input
                type="radio"
                name="category"
                value={code}
                checked={choice?.code === code}
                onChange={() => onChoose({ code, name })}
                className="peer sr-only"
              />
              <kbd className="text-center font-sans text-xs text-muted peer-checked:font-bold peer-checked:text-accent">
                {index + 1}
              </kbd>
              <span
                className={clsx(
                  'min-w-0 truncate transition-[font-size] peer-checked:text-accent',
                  index === 0 ? 'font-display text-2xl' : 'text-base peer-checked:font-semibold',
                )}
              >
                {name}
              </span>
              <span className="text-sm text-muted tabular-nums">{percent(probability)}</span>
              <span aria-hidden className="col-start-2 col-end-4 mt-2 block h-1 overflow-hidden rounded-full bg-paper">
                <span
                  className={clsx(
                    'block h-full rounded-full transition-[width] duration-500 ease-quiet',
                    choice?.code === code ? 'bg-accent' : 'bg-edge/60',
                  )}
                  style={{ width: `${probability * 100}%` }}
                />
              </span>
            </label>
          </li>
        ))}
      </ol>
      <div className="mt-4 flex flex-wrap items-center gap-x-3 gap-y-1 text-[0.9375rem]">
        <CategoryPicker
          value={choice?.code ?? null}
          onChange={(code, name) => onChoose({ code, name })}
          trigger={
            <button type="button" className="link inline-flex items-center gap-2">
              <PencilLine className="size-4" aria-hidden />
              {predictions.length > 0 ? 'None of these' : 'Choose a category'}
            </button>
          }
        />
        {corrected && (
          <span>
            Listed as <strong className="text-accent">{choice.name}</strong>
          </span>
        )}
      </div>
    </fieldset>
  );
}
