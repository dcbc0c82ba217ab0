import { Link } from '@tanstack/react-router';
import clsx from 'clsx';
import { money } from '@/shared/lib/format';
import { Photo } from '@/shared/ui/photo';
import type { Product } from './use-products';

export function ProductCard({ product, dense, index }: { product: Product; dense: boolean; index: number }) {
  return (
    <li className="rise group relative" style={{ animationDelay: `${Math.min(index, 12) * 25}ms` }}>
      <Photo
        hash={product.images[0]}
        size={dense ? 256 : 512}
        alt=""
        cover
        eager={index < 8}
        className="aspect-square rounded-lg transition-[filter] duration-300 group-hover:brightness-[0.97] dark:group-hover:brightness-110"
      />
      <div className={clsx('mt-3', dense && 'mt-2')}>
        {!dense && <p className="eyebrow mb-1 truncate">{product.categoryName ?? 'No category'}</p>}
        <h2
          className={clsx(
            'leading-snug',
            dense ? 'truncate text-sm' : 'line-clamp-2 wrap-anywhere text-[0.9375rem] font-medium',
          )}
        >
          <Link
            to="/products/$id"
            params={{ id: product.id }}
            className="after:absolute after:inset-0 after:rounded-lg focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:outline-accent"
          >
            {product.title}
          </Link>
        </h2>
        {product.price !== null && (
          <p className={clsx('mt-1 text-muted tabular-nums', dense ? 'text-[0.8125rem]' : 'text-[0.9375rem]')}>
            {money(product.price, product.currency)}
          </p>
        )}
      </div>
    </li>
  );
}
