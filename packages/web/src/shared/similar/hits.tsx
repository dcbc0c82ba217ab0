import type { Schemas } from '@vitrine/client';
import clsx from 'clsx';
import { HitCard } from './hit-card';

interface HitsProps {
  label: string;
  answer: Schemas['SearchAnswer'];
  /** The grid's columns. */
  className: string;
  /** A newer answer is on its way. */
  stale: boolean;
}

/** What was found by its looks; when nothing is a good match, that is said before the nearest are shown. */
export function Hits({ label, answer, className, stale }: HitsProps) {
  return (
    <>
      {!answer.goodMatch && (
        <p role="status" className="mb-6 rounded-lg bg-warning-tint px-4 py-3 text-[0.9375rem] text-warning">
          <strong>No good match.</strong> Nothing in the shop looks enough like it; these come nearest.
        </p>
      )}
      <ul aria-label={label} className={clsx('grid transition-opacity', className, stale && 'opacity-60')}>
        {answer.results.map((hit, index) => (
          <HitCard key={hit.product.id} hit={hit} index={index} />
        ))}
      </ul>
    </>
  );
}
