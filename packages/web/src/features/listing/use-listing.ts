import { type FormEvent, useEffect, useRef, useState } from 'react';
import { bodyOf, emptyDraft, type ProductDraft, problemsOf } from '@/shared/products/product-draft';
import type { Choice } from './suggestions';
import { useClassify } from './use-classify';
import { useListProduct } from './use-list-product';

export interface Listed {
  id: string;
  title: string;
  currency: string;
  choice: Choice | null;
}

interface ListingOptions {
  currency: string;
  explain: boolean;
  onListed(listed: Listed): void;
}

/** One product on its way into the shop: what is written of it, what the model makes of that, and its sending. */
export function useListing({ currency, explain, onListed }: ListingOptions) {
  const title = useRef<HTMLInputElement>(null);
  const [draft, setDraft] = useState<ProductDraft>({ ...emptyDraft, currency });
  const [imageHash, setImageHash] = useState<string | null>(null);
  const [photoBusy, setPhotoBusy] = useState(false);
  const [picked, setPicked] = useState<Choice | null>(null);
  const [tried, setTried] = useState(false);
  /** Sent as soon as the model has answered to what is written now. */
  const [waiting, setWaiting] = useState(false);
  const classify = useClassify({ title: draft.title, description: draft.description, imageHash }, explain);
  const list = useListProduct();
  /** Known at once, where the request tells of itself a moment later: a double click is two within it. */
  const sending = useRef(false);
  const problems = problemsOf(draft);
  const suggestions = classify.data?.predictions ?? [];
  useEffect(() => title.current?.focus(), []);

  /** Whoever goes on writing has not finished: what was to be sent waits for them to say so again. */
  const touching =
    <Given>(change: (given: Given) => void) =>
    (given: Given) => {
      setWaiting(false);
      change(given);
    };

  function send() {
    sending.current = true;
    const choice = picked ?? classify.own?.predictions[0] ?? null;
    list.mutate(
      {
        ...bodyOf(draft),
        category: choice?.code ?? null,
        images: imageHash ? [imageHash] : [],
        ...(classify.own ? { predictionId: classify.own.id } : {}),
      },
      {
        onSuccess: (product) => onListed({ id: product.id, title: product.title, currency: draft.currency, choice }),
        onError: () => {
          sending.current = false;
        },
      },
    );
  }
  useEffect(() => {
    if (!waiting || !(picked || classify.settled)) return;
    setWaiting(false);
    send();
  });

  function submit(event: FormEvent) {
    event.preventDefault();
    if (sending.current || photoBusy) return;
    setTried(true);
    if (problems.title) title.current?.focus();
    setWaiting(Object.keys(problems).length === 0);
  }

  return {
    title,
    draft,
    change: touching((part: Partial<ProductDraft>) => setDraft((current) => ({ ...current, ...part }))),
    problems: tried ? problems : {},
    imageHash,
    setImageHash: touching(setImageHash),
    setPhotoBusy: touching(setPhotoBusy),
    classify,
    suggestions,
    choice: picked ?? suggestions[0] ?? null,
    choose: setPicked,
    submit,
    busy: waiting || list.isPending || photoBusy,
    error: list.error,
  };
}
