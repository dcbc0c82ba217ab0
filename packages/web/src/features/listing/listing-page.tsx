import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { emptyDraft } from '@/shared/products/product-draft';
import { PageHeader } from '@/shared/ui/page-header';
import { toast } from '@/shared/ui/toast';
import { ListingForm } from './listing-form';
import type { Listed } from './use-listing';

/** A product's way into the shop: words and a photo in, a category out, the seller has the last word. */
export function ListingPage() {
  const navigate = useNavigate();
  const [explain, setExplain] = useState(true);
  const [next, setNext] = useState({ number: 0, currency: emptyDraft.currency });

  function listed({ id, title, currency, choice }: Listed) {
    toast(choice ? `Listed in ${choice.name}` : 'Listed without a category', {
      description: title,
      action: { label: 'View', run: () => void navigate({ to: '/products/$id', params: { id } }) },
    });
    setNext(({ number }) => ({ number: number + 1, currency }));
  }

  return (
    <>
      <PageHeader title="List a product" />
      {/* A form for each product, so that nothing of one, such as a photo that comes late, turns up on the next. */}
      <ListingForm
        key={next.number}
        currency={next.currency}
        explain={explain}
        onExplain={setExplain}
        onListed={listed}
      />
    </>
  );
}
