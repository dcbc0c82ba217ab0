import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useCreateSchedule } from '@/shared/schedules/use-schedules';
import { Button } from '@/shared/ui/button';
import { Dialog } from '@/shared/ui/dialog';
import { FormError } from '@/shared/ui/form-error';
import { ErrorState, SkeletonRows } from '@/shared/ui/states';
import { toast } from '@/shared/ui/toast';
import { emptyDraft, LearnFields, orderOf } from './learn-fields';
import { useChoices } from './use-choices';
import { useStartPipeline } from './use-pipelines';

/** Starts a pipeline that learns, now or at times. */
export function StartDialog({ onClose }: { onClose(): void }) {
  const navigate = useNavigate();
  const { choices, error, retry } = useChoices();
  const [draft, setDraft] = useState(emptyDraft);
  const start = useStartPipeline();
  const schedule = useCreateSchedule();
  const { cron, values } = draft;

  function submit(event: FormEvent) {
    event.preventDefault();
    if (!choices) return;
    const order = orderOf(draft, choices);
    if (cron === undefined) {
      start.mutate(order, { onSuccess: ({ id }) => navigate({ to: '/pipelines/$id', params: { id } }) });
      return;
    }
    const target = { pipeline: 'learn', input: { ...order } };
    schedule.mutate(
      { kind: 'pipeline', target, cron },
      {
        onSuccess: () => {
          toast('The pipeline is scheduled');
          onClose();
        },
      },
    );
  }

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Start a pipeline"
      dirty={cron !== undefined || Object.values(values).some((value) => value !== '')}
      description="It makes a data set, checks it, trains, and compares the model with the one in production."
    >
      {choices ? (
        <form onSubmit={submit} className="flex flex-col gap-5">
          <LearnFields choices={choices} draft={draft} onChange={setDraft} />
          <FormError error={start.error ?? schedule.error} />
          <div>
            <Button type="submit" variant="primary" busy={start.isPending || schedule.isPending}>
              {cron === undefined ? 'Start' : 'Schedule'}
            </Button>
          </div>
        </form>
      ) : error ? (
        <ErrorState error={error} retry={retry} />
      ) : (
        <SkeletonRows rows={4} />
      )}
    </Dialog>
  );
}
