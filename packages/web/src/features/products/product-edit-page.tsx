import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { CategoryPicker } from '@/shared/categories/category-picker';
import { DetailsFields } from '@/shared/products/details-fields';
import { PhotoDrop } from '@/shared/products/photo-drop';
import { bodyOf, type ProductDraft, problemsOf } from '@/shared/products/product-draft';
import { Button } from '@/shared/ui/button';
import { Field } from '@/shared/ui/field';
import { FormError } from '@/shared/ui/form-error';
import { PageHeader } from '@/shared/ui/page-header';
import { ErrorState, SkeletonRows } from '@/shared/ui/states';
import { TextField } from '@/shared/ui/text-field';
import { toast } from '@/shared/ui/toast';
import { useUpdateProduct } from './use-change-product';
import { type Product, productQuery } from './use-products';

export function ProductEditPage() {
  const { id } = useParams({ from: '/shell/products/$id/edit' });
  const { data: product, error, refetch } = useQuery(productQuery(id));
  // What is being written outlives a look at the server that failed.
  if (product) return <EditForm key={id} product={product} />;
  return error ? <ErrorState error={error} retry={() => refetch()} /> : <SkeletonRows />;
}

function draftOf(product: Product): ProductDraft {
  return {
    title: product.title,
    description: product.description,
    price: product.price?.toString() ?? '',
    currency: product.currency ?? 'EUR',
    brand: product.brand ?? '',
    colour: product.colour ?? '',
    stock: product.stock?.toString() ?? '',
    sku: product.sku ?? '',
  };
}

function EditForm({ product }: { product: Product }) {
  const navigate = useNavigate();
  const update = useUpdateProduct(product.id);
  const [draft, setDraft] = useState(() => draftOf(product));
  const [keptPrice] = useState(draft.price);
  const [category, setCategory] = useState(product.category);
  const [hash, setHash] = useState(product.images[0] ?? null);
  const [photoBusy, setPhotoBusy] = useState(false);
  const change = (part: Partial<ProductDraft>) => setDraft((current) => ({ ...current, ...part }));
  const problems = problemsOf(draft, keptPrice);

  function submit(event: FormEvent) {
    event.preventDefault();
    if (photoBusy || update.isPending || Object.keys(problems).length > 0) return;
    const others = product.images.slice(1).filter((image) => image !== hash);
    update.mutate(
      { ...bodyOf(draft, keptPrice), category, images: hash ? [hash, ...others] : others },
      {
        onSuccess: () => {
          toast('Changes saved', { description: draft.title });
          navigate({ to: '/products/$id', params: { id: product.id } });
        },
      },
    );
  }

  return (
    <>
      <PageHeader title="Edit product" />
      <form onSubmit={submit} className="grid gap-10 md:grid-cols-[minmax(0,20rem)_minmax(0,40rem)]">
        <PhotoDrop hash={hash} onChange={setHash} onBusy={setPhotoBusy} />
        <div className="flex flex-col gap-5">
          <TextField
            label="Title"
            error={problems.title}
            maxLength={1000}
            value={draft.title}
            onChange={(title) => change({ title })}
          />
          <Field label="Description" optional>
            {(control) => (
              <textarea
                {...control}
                className="control min-h-40"
                value={draft.description}
                onChange={(event) => change({ description: event.target.value })}
              />
            )}
          </Field>
          <Field label="Category">
            {({ id, 'aria-describedby': describedBy }) => (
              <CategoryPicker
                control={{ id, 'aria-describedby': describedBy }}
                value={category}
                onChange={setCategory}
              />
            )}
          </Field>
          <DetailsFields draft={draft} problems={problems} onChange={change} />
          <FormError error={update.error} />
          <div className="mt-2 flex gap-3">
            <Button type="submit" variant="primary" busy={update.isPending || photoBusy}>
              Save changes
            </Button>
            <Button asChild>
              <Link to="/products/$id" params={{ id: product.id }}>
                Discard
              </Link>
            </Button>
          </div>
        </div>
      </form>
    </>
  );
}
