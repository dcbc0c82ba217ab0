import { Switch } from 'radix-ui';
import { useId } from 'react';
import { messageOf } from '@/shared/api/client';
import { type Choice, Suggestions } from './suggestions';
import type { useClassify } from './use-classify';

interface CategoryPanelProps {
  classify: ReturnType<typeof useClassify>;
  choice: Choice | null;
  onChoose(choice: Choice): void;
  explain: boolean;
  onExplain(explain: boolean): void;
}

const basis = { text: 'the text', image: 'the photo', both: 'text and photo' };

/** What the model makes of the listing so far. */
export function CategoryPanel({ classify, choice, onChoose, explain, onExplain }: CategoryPanelProps) {
  const id = useId();
  const answer = classify.data;
  return (
    <section aria-labelledby={`${id}-title`} className="rounded-xl border border-line p-6 sm:p-7">
      <div className="mb-3 flex items-center justify-between gap-4">
        <h2 id={`${id}-title`} className="eyebrow">
          Category
        </h2>
        <div className="flex items-center gap-2.5">
          <label htmlFor={`${id}-explain`} className="text-sm text-muted">
            Explain
          </label>
          <Switch.Root
            id={`${id}-explain`}
            checked={explain}
            onCheckedChange={onExplain}
            className="h-5 w-9 rounded-full bg-edge/60 p-0.5 transition-colors data-[state=checked]:bg-accent"
          >
            <Switch.Thumb className="block size-4 rounded-full bg-canvas transition-transform data-[state=checked]:translate-x-4" />
          </Switch.Root>
        </div>
      </div>
      {classify.error && classify.enabled ? (
        <p role="alert" className="mb-4 rounded-md bg-warning-tint px-3 py-2.5 text-sm text-warning">
          {messageOf(classify.error)}
        </p>
      ) : null}
      {answer ? (
        <>
          <Suggestions
            predictions={answer.predictions}
            choice={choice}
            fresh={!classify.isPlaceholderData}
            onChoose={onChoose}
          />
          <p className="mt-5 text-[0.8125rem] text-muted tabular-nums">
            From {basis[answer.used]}, by version {answer.model.version}, in {answer.milliseconds.toFixed(1)} ms
          </p>
        </>
      ) : (
        <>
          {!classify.error && (
            <p className="py-6 font-display text-xl text-balance text-muted">
              Start with a title or a photo. The category appears as you go.
            </p>
          )}
          <Suggestions predictions={[]} choice={choice} fresh onChoose={onChoose} />
        </>
      )}
      <p aria-live="polite" className="sr-only">
        {answer?.predictions[0] && !classify.isPlaceholderData ? `Suggested: ${answer.predictions[0].name}` : ''}
      </p>
    </section>
  );
}
