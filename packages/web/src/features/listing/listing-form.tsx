import { useRef } from 'react';
import { DetailsFields } from '@/shared/products/details-fields';
import { PhotoDrop } from '@/shared/products/photo-drop';
import { Button } from '@/shared/ui/button';
import { Field } from '@/shared/ui/field';
import { FormError } from '@/shared/ui/form-error';
import { CategoryPanel } from './category-panel';
import { ExplainedWords } from './explained-words';
import { HeatGrid } from './heat-grid';
import { type Listed, useListing } from './use-listing';
import { useListingKeys } from './use-listing-keys';

interface ListingFormProps {
  currency: string;
  explain: boolean;
  onExplain(explain: boolean): void;
  onListed(listed: Listed): void;
}

/** What is asked of one product, and the category that follows from it. */
export function ListingForm({ currency, explain, onExplain, onListed }: ListingFormProps) {
  const form = useRef<HTMLFormElement>(null);
  const listing = useListing({ currency, explain, onListed });
  const { draft, problems, change, classify, choice, choose } = listing;
  useListingKeys({ suggestions: listing.suggestions, choose, submit: () => form.current?.requestSubmit() });

  const { explained } = classify;
  const words = explained?.explanation?.words;
  const heat = explained?.explanation?.image;
  return (
    <form
      ref={form}
      onSubmit={listing.submit}
      noValidate
      className="grid gap-8 md:grid-cols-2 lg:grid-cols-[minmax(0,20rem)_minmax(0,1fr)_minmax(0,25rem)] lg:gap-10"
    >
      <PhotoDrop
        hash={listing.imageHash}
        onChange={listing.setImageHash}
        onBusy={listing.setPhotoBusy}
        overlay={heat ? <HeatGrid grid={heat} /> : undefined}
      />
      <div className="flex flex-col gap-6 md:order-3 md:col-span-2 lg:order-none lg:col-span-1">
        <Field label="Title" error={problems.title}>
          {(control) => (
            <input
              {...control}
              ref={listing.title}
              className="control py-3! text-lg!"
              maxLength={1000}
              autoComplete="off"
              placeholder="Linen shirt with mother-of-pearl buttons"
              value={draft.title}
              onChange={(event) => change({ title: event.target.value })}
            />
          )}
        </Field>
        <Field label="Description" optional>
          {(control) => (
            <textarea
              {...control}
              className="control min-h-36"
              value={draft.description}
              onChange={(event) => change({ description: event.target.value })}
            />
          )}
        </Field>
        <DetailsFields draft={draft} problems={problems} onChange={change} />
      </div>
      <div className="flex flex-col gap-4 max-lg:contents lg:sticky lg:top-24 lg:self-start">
        <CategoryPanel classify={classify} choice={choice} onChoose={choose} explain={explain} onExplain={onExplain} />
        <FormError error={listing.error} />
        <Button
          type="submit"
          variant="primary"
          size="large"
          busy={listing.busy}
          className="max-lg:sticky max-lg:bottom-3 max-lg:z-10 max-lg:order-last max-lg:shadow-lift md:max-lg:col-span-2"
        >
          <span className="truncate">{choice ? `List in ${choice.name}` : 'List without a category'}</span>
        </Button>
        <p className="hidden text-center text-[0.8125rem] text-muted lg:block">
          Enter lists it. Alt 1 to 5 chooses another category.
        </p>
        {explained && words && words.length > 0 && <ExplainedWords texts={explained.of} words={words} />}
      </div>
    </form>
  );
}
