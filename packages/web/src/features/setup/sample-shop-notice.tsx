import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { duration } from '@/shared/lib/format';
import { mayAct, useMe } from '@/shared/session/session';
import { Button } from '@/shared/ui/button';
import { Progress } from '@/shared/ui/progress';
import { isUnderWay, useRetrySampleShop, useSampleShop } from './use-sample-shop';

/** Where this browser keeps that nobody wants to try again. */
const LEFT = 'vitrine.sampleShop.left';

/** A quiet line under the header while the sample shop is on its way. */
export function SampleShopNotice() {
  const me = useMe();
  const sampleShop = useSampleShop();
  if (sampleShop?.state === 'failed') return me.role === 'admin' ? <FailedNotice message={sampleShop.message} /> : null;
  if (!sampleShop || !isUnderWay(sampleShop)) return null;
  return (
    <section aria-label="Sample shop" className="border-b border-line bg-paper">
      <div className="mx-auto flex max-w-[92rem] flex-wrap items-center gap-x-5 gap-y-2 px-4 py-2.5 text-sm sm:px-8">
        <span>{sampleShop.message || 'The sample shop is being prepared.'}</span>
        <Progress className="max-w-48 flex-1" label="Sample shop" fraction={sampleShop.fraction} />
        {sampleShop.secondsLeft != null && (
          <span className="text-muted tabular-nums">{duration(sampleShop.secondsLeft)} left</span>
        )}
        {sampleShop.runId && mayAct(me.role, 'engineer') && (
          <Link to="/runs/$id" params={{ id: sampleShop.runId }} className="link ml-auto">
            Watch it learn
          </Link>
        )}
      </div>
    </section>
  );
}

function FailedNotice({ message }: { message: string }) {
  const retry = useRetrySampleShop();
  const [left, setLeft] = useState(() => localStorage.getItem(LEFT) === message);
  if (left) return null;
  const leave = () => {
    localStorage.setItem(LEFT, message);
    setLeft(true);
  };
  return (
    <section aria-label="Sample shop" className="border-b border-line bg-danger-tint">
      <div className="mx-auto flex max-w-[92rem] flex-wrap items-center gap-x-5 gap-y-2 px-4 py-2.5 text-sm sm:px-8">
        <span className="max-w-prose break-words">The sample shop is not complete: {message}</span>
        <Button size="small" variant="ghost" className="ml-auto" onClick={leave}>
          Leave it
        </Button>
        <Button size="small" busy={retry.isPending} onClick={() => retry.mutate()}>
          Try again
        </Button>
      </div>
    </section>
  );
}
