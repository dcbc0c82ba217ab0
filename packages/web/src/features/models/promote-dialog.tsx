import { isStatus, messageOf } from '@/shared/api/client';
import { metric, metricTitle } from '@/shared/lib/format';
import { Button } from '@/shared/ui/button';
import { Dialog } from '@/shared/ui/dialog';
import { type Model, usePromote } from './use-models';

interface PromoteDialogProps {
  model: Model;
  current: Model | undefined;
  onClose(): void;
}

/** Puts a version into production; when the gate refuses, says why and lets one insist. */
export function PromoteDialog({ model, current, onClose }: PromoteDialogProps) {
  const promote = usePromote();
  const refused = isStatus(promote.error, 409) && promote.error.code === 'model.gate';
  const run = (force: boolean) => promote.mutate({ model, force }, { onSuccess: onClose });
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Promote version ${model.version}`}
      description={
        current
          ? `It takes the place of version ${current.version}. Requests under way are answered by the one they began with.`
          : 'It is the first in production.'
      }
    >
      <dl className="grid grid-cols-2 gap-4">
        {[current, model].map(
          (one) =>
            one && (
              <div key={one.id} className="border-t border-line pt-2">
                <dt className="text-sm text-muted">
                  Version {one.version}: {metricTitle(one.primaryMetric).toLowerCase()}
                </dt>
                <dd className="font-display text-2xl tabular-nums">
                  {one.metrics[one.primaryMetric] === undefined
                    ? '–'
                    : metric(one.primaryMetric, one.metrics[one.primaryMetric] ?? 0)}
                </dd>
              </div>
            ),
        )}
      </dl>
      {promote.error && (
        <p role="alert" className="mt-5 rounded-md bg-warning-tint px-4 py-3 text-warning">
          {messageOf(promote.error)}
        </p>
      )}
      <div className="mt-8 flex justify-end gap-3">
        <Button onClick={onClose}>Keep as is</Button>
        {refused ? (
          <Button variant="danger" busy={promote.isPending} onClick={() => run(true)}>
            Promote anyway
          </Button>
        ) : (
          <Button variant="primary" busy={promote.isPending} onClick={() => run(false)}>
            Promote
          </Button>
        )}
      </div>
    </Dialog>
  );
}
