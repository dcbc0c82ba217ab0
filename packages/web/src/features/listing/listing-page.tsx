import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { DetailsFields } from '@/shared/products/details-fields';
import { PhotoDrop } from '@/shared/products/photo-drop';
import { bodyOf, emptyDraft, type ProductDraft, problemsOf } from '@/shared/products/product-draft';
import { Button } from '@/shared/ui/button';
import { Field } from '@/shared/ui/field';
import { FormError } from '@/shared/ui/form-error';
import { PageHeader } from '@/shared/ui/page-header';
import { toast } from '@/shared/ui/toast';
import { CategoryPanel } from './category-panel';
import { ExplainedWords } from './explained-words';
import { HeatGrid } from './heat-grid';
import type { Choice } from './suggestions';
import { useClassify } from './use-classify';
import { useListProduct } from './use-list-product';
import { useListingKeys } from './use-listing-keys';

/** A product's way into the shop: words and a photo in, a category out, the seller has the last word. */
export function ListingPage() {
  const navigate = useNavigate();
  const form = useRef<HTMLFormElement>(null);
  const title = useRef<HTMLInputElement>(null);
  const [draft, setDraft] = useState<ProductDraft>(emptyDraft);
  const [imageHash, setImageHash] = useState<string | null>(null);
  const [picked, setPicked] = useState<Choice | null>(null);
  const [explain, setExplain] = useState(true);
  const [tried, setTried] = useState(false);
  const classify = useClassify({ title: draft.title, description: draft.description, imageHash }, explain);
  const list = useListProduct();
  const change = (part: Partial<ProductDraft>) => setDraft((current) => ({ ...current, ...part }));
  const problems = problemsOf(draft);
  const shownProblems = tried ? problems : {};
  const suggestions = classify.data?.predictions ?? [];
  const choice = picked ?? suggestions[0] ?? null;
  useListingKeys({ suggestions, choose: setPicked, submit: () => form.current?.requestSubmit() });
  useEffect(() => title.current?.focus(), []);

  function listAnother() {
    setDraft({ ...emptyDraft, currency: draft.currency });
    setImageHash(null);
    setPicked(null);
    setTried(false);
    title.current?.focus();
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    if (Object.keys(problems).length > 0) {
      if (problems.title) title.current?.focus();
      return;
    }
    list.mutate(
      {
        ...bodyOf(draft),
        category: choice?.code ?? null,
        images: imageHash ? [imageHash] : [],
        ...(classify.data ? { predictionId: classify.data.id } : {}),
      },
      {
        onSuccess: (product) => {
          toast(choice ? `Listed in ${choice.name}` : 'Listed without a category', {
            description: product.title,
            action: {
              label: 'View',
              run: () => void navigate({ to: '/products/$id', params: { id: product.id } }),
            },
          });
          listAnother();
        },
      },
    );
  }

  const { explained } = classify;
  const words = explained?.explanation?.words;
  const heat = explained?.explanation?.image;
  return (
    <>
      <PageHeader title="List a product" />
      <form
        ref={form}
        onSubmit={submit}
        noValidate
        className="grid gap-8 md:grid-cols-2 lg:grid-cols-[minmax(0,20rem)_minmax(0,1fr)_minmax(0,25rem)] lg:gap-10"
      >
        <PhotoDrop hash={imageHash} onChange={setImageHash} overlay={heat ? <HeatGrid grid={heat} /> : undefined} />
        <div className="flex flex-col gap-6 md:order-3 md:col-span-2 lg:order-none lg:col-span-1">
          <Field label="Title" error={shownProblems.title}>
            {(control) => (
              <input
                {...control}
                ref={title}
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
          <DetailsFields draft={draft} problems={shownProblems} onChange={change} />
        </div>
        <div className="flex flex-col gap-4 max-lg:contents lg:sticky lg:top-24 lg:self-start">
          <CategoryPanel
            classify={classify}
            choice={choice}
            onChoose={setPicked}
            explain={explain}
            onExplain={setExplain}
          />
          <FormError error={list.error} />
          <Button
            type="submit"
            variant="primary"
            size="large"
            busy={list.isPending}
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
    </>
  );
}
