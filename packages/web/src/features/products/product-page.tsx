import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import clsx from 'clsx';
import { useState } from 'react';
import { categoryPath, useCategories } from '@/shared/categories/use-categories';
import { date, integer, money, plainText } from '@/shared/lib/format';
import { useTitle } from '@/shared/lib/use-title';
import { Button } from '@/shared/ui/button';
import { Photo } from '@/shared/ui/photo';
import { ErrorState, Skeleton } from '@/shared/ui/states';
import { LooksLikeThis } from './looks-like-this';
import { useDeleteProduct } from './use-change-product';
import { type Product, productQuery } from './use-products';

export function ProductPage() {
  const { id } = useParams({ from: '/shell/products/$id' });
  const { data: product, error, refetch } = useQuery(productQuery(id));
  useTitle(product?.title ?? 'Product');
  if (error) return <ErrorState error={error} retry={() => refetch()} />;
  if (!product) {
    return (
      <div role="status" aria-label="Loading the product" className="grid gap-10 md:grid-cols-2">
        <Skeleton className="aspect-square" />
        <Skeleton className="h-48" />
      </div>
    );
  }
  return (
    <>
      <Details product={product} />
      <LooksLikeThis key={product.id} product={product} />
    </>
  );
}

function Details({ product }: { product: Product }) {
  return (
    <article className="grid gap-8 md:grid-cols-[minmax(0,1.15fr)_minmax(0,1fr)] md:gap-14 xl:gap-20">
      <Gallery key={product.id} product={product} />
      <div className="md:py-4">
        <Crumbs category={product.category} />
        <h1 className="mt-4 font-display text-[2rem] leading-[1.12] break-words sm:text-[2.5rem]">{product.title}</h1>
        {product.price !== null && (
          <p className="mt-5 text-xl tabular-nums">{money(product.price, product.currency)}</p>
        )}
        {product.description && (
          <p className="mt-7 max-w-prose leading-relaxed break-words whitespace-pre-line text-muted">
            {plainText(product.description)}
          </p>
        )}
        <Actions product={product} />
        <Facts product={product} />
      </div>
    </article>
  );
}

function Gallery({ product }: { product: Product }) {
  const [at, setAt] = useState(0);
  return (
    <div>
      <Photo
        key={product.images[at]}
        hash={product.images[at]}
        size={1024}
        alt={product.title}
        eager
        className="aspect-square rounded-xl"
      />
      {product.images.length > 1 && (
        <div className="mt-3 flex gap-3">
          {product.images.map((hash, index) => (
            <button
              key={hash}
              type="button"
              aria-label={`Photo ${index + 1}`}
              aria-pressed={index === at}
              onClick={() => setAt(index)}
              className={clsx('w-20 overflow-hidden rounded-md', index === at && 'ring-2 ring-accent')}
            >
              <Photo hash={hash} size={96} alt="" cover className="aspect-square" />
            </button>
          ))}
        </div>
      )}
    </div>
  );
}

function Crumbs({ category }: { category: string | null }) {
  const { data: categories = [] } = useCategories();
  if (category === null) return <p className="eyebrow">No category</p>;
  const names = categoryPath(categories, category);
  return (
    <nav aria-label="Category" className="eyebrow">
      <Link to="/products" search={{ category }} className="hover:text-accent">
        {names.join(' › ') || category}
      </Link>
    </nav>
  );
}

/** `colourCode` → `Colour code`. */
function titleOf(name: string): string {
  const words = name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function Facts({ product }: { product: Product }) {
  const facts: [string, string | null][] = [
    ['Brand', product.brand],
    ['Colour', product.colour],
    ['Stock', product.stock === null ? null : integer(product.stock)],
    ['Number', product.sku],
    ...Object.entries(product.attributes).map(([name, value]): [string, string] => [titleOf(name), value]),
    ['Listed', date(product.createdAt)],
  ];
  return (
    <dl className="mt-9 grid grid-cols-[auto_1fr] gap-x-8 gap-y-2.5 border-t border-line pt-6 text-[0.9375rem]">
      {facts
        .filter(([, value]) => value)
        .map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-muted">{name}</dt>
            <dd className="break-words">{value}</dd>
          </div>
        ))}
    </dl>
  );
}

function Actions({ product }: { product: Product }) {
  const navigate = useNavigate();
  const remove = useDeleteProduct();
  return (
    <div className="mt-9 flex gap-3">
      <Button asChild>
        <Link to="/products/$id/edit" params={{ id: product.id }}>
          Edit
        </Link>
      </Button>
      <Button
        variant="danger"
        busy={remove.isPending}
        onClick={() => remove.mutate(product, { onSuccess: () => navigate({ to: '/products' }) })}
      >
        Delete
      </Button>
    </div>
  );
}
