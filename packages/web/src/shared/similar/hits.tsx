import type { Schemas } from '@vitrine/client';
import clsx from 'clsx';
import { HitCard } from './hit-card';
import type { Found } from './likeness';

interface HitsProps {
  label: string;
  answer: Schemas['SearchAnswer'];
  /** The grid's columns. */
  className: string;
  /** A newer answer is on its way. */
  stale: boolean;
}

/** What was found by its looks; when nothing is a good match, that is said before the nearest are shown. */
export function Hits({ answer, ...grid }: HitsProps) {
  return (
    <>
      {!answer.goodMatch && (
        <p role="status" className="mb-6 rounded-lg bg-warning-tint px-4 py-3 text-[0.9375rem] text-warning">
          <strong>No good match.</strong> Nothing in the shop looks enough like it; these come nearest.
        </p>
      )}
      <HitGrid {...grid} hits={answer.results} />
    </>
  );
}

/** Products that were found, the nearest first. */
export function HitGrid({ label, hits, className, stale }: Omit<HitsProps, 'answer'> & { hits: Found[] }) {
  return (
    <ul aria-label={label} className={clsx('grid transition-opacity', className, stale && 'opacity-60')}>
      {hits.map((hit, index) => (
        <HitCard key={hit.product.id} hit={hit} index={index} />
      ))}
    </ul>
  );
}
