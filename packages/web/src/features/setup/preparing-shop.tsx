import { Link } from '@tanstack/react-router';
import clsx from 'clsx';
import { Check } from 'lucide-react';
import { duration } from '@/shared/lib/format';
import { Button } from '@/shared/ui/button';
import { Progress } from '@/shared/ui/progress';
import { Entrance } from './entrance';
import { useRetrySampleShop, useSampleShop } from './use-sample-shop';

const steps = [
  { state: 'preparing', title: 'Filling the shelves', text: 'A sample shop of garments, in several languages.' },
  { state: 'training', title: 'Learning the categories', text: 'A first classifier is trained on this machine.' },
  {
    state: 'similar',
    title: 'Learning what looks alike',
    text: 'So that photos find products, and products each other.',
  },
] as const;

/** What the server does while the administrator looks on; leaving the page does not stop it. */
export function PreparingShop() {
  const sampleShop = useSampleShop();
  const retry = useRetrySampleShop();
  const state = sampleShop?.state ?? 'preparing';
  const at =
    state === 'ready'
      ? steps.length
      : Math.max(
          0,
          steps.findIndex((step) => step.state === state),
        );
  const settled = state === 'ready' || state === 'failed' || state === 'absent';

  return (
    <Entrance
      title={state === 'ready' ? 'Your shop is ready' : settled ? 'You are in' : 'Preparing your shop'}
      lead={
        state === 'failed'
          ? `The sample shop is not complete: ${sampleShop?.message ?? ''}`
          : state === 'absent'
            ? 'No sample shop was asked for. List your first product, or import a data set.'
            : 'This takes a few minutes. You can already look around.'
      }
    >
      {!(state === 'failed' || state === 'absent') && (
        <ol aria-live="polite" className="mb-8 flex flex-col gap-5">
          {steps.map((step, index) => (
            <li key={step.state} className="flex gap-4">
              <span
                className={clsx(
                  'grid size-7 shrink-0 place-items-center rounded-full border text-sm tabular-nums',
                  index < at ? 'border-accent bg-accent text-on-accent' : 'border-edge/60 text-muted',
                )}
              >
                {index < at ? <Check className="size-4" aria-label="Done" /> : index + 1}
              </span>
              <div className="min-w-0 flex-1">
                <p className="font-semibold">{step.title}</p>
                <p className="text-sm text-muted">
                  {index === at && sampleShop?.message ? sampleShop.message : step.text}
                </p>
                {index === at && (
                  <Progress className="mt-2.5" label={step.title} fraction={sampleShop?.fraction ?? null} />
                )}
                {index === at && sampleShop?.secondsLeft != null && (
                  <p className="mt-1.5 text-[0.8125rem] text-muted tabular-nums">
                    about {duration(sampleShop.secondsLeft)} left
                  </p>
                )}
              </div>
            </li>
          ))}
        </ol>
      )}
      <div className="flex flex-wrap gap-3">
        {state === 'failed' && (
          <Button variant="primary" size="large" busy={retry.isPending} onClick={() => retry.mutate()}>
            Try again
          </Button>
        )}
        <Button asChild variant={state === 'failed' ? 'secondary' : 'primary'} size="large">
          <Link to="/list">List a product</Link>
        </Button>
        <Button asChild size="large">
          <Link to="/products">Look around</Link>
        </Button>
      </div>
    </Entrance>
  );
}
