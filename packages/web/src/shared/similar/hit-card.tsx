import { Link } from '@tanstack/react-router';
import { money } from '../lib/format';
import { Photo } from '../ui/photo';
import { AlikeProducts } from './alike-products';
import type { Found } from './likeness';
import { LikenessLine } from './likeness-line';

/** A product that was found by its looks, or by words for them. */
export function HitCard({ hit, index }: { hit: Found; index: number }) {
  const { product, band, likeness, duplicates } = hit;
  return (
    <li className="rise group relative min-w-0" style={{ animationDelay: `${Math.min(index, 12) * 25}ms` }}>
      <Photo
        hash={product.images[0]}
        size={512}
        alt=""
        cover
        eager={index < 8}
        className="aspect-square rounded-lg transition-[filter] duration-300 group-hover:brightness-[0.97] dark:group-hover:brightness-110"
      />
      <div className="mt-3 flex flex-col gap-1">
        {band !== undefined && likeness !== undefined && <LikenessLine band={band} likeness={likeness} />}
        <h3 className="line-clamp-2 text-[0.9375rem] leading-snug font-medium wrap-anywhere">
          <Link
            to="/products/$id"
            params={{ id: product.id }}
            className="after:absolute after:inset-0 after:rounded-lg focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:outline-accent"
          >
            {product.title}
          </Link>
        </h3>
        <p className="flex items-center justify-between gap-3 text-[0.9375rem] text-muted tabular-nums">
          <span>{product.price !== null && money(product.price, product.currency)}</span>
          {duplicates.length > 0 && <AlikeProducts ids={duplicates} />}
        </p>
      </div>
    </li>
  );
}
