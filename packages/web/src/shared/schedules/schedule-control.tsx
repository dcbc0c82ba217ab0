import { dateTime } from '@/shared/lib/format';
import { toastError } from '@/shared/ui/toast';
import { TimeField } from './time-field';
import { useChangeSchedule, useCreateSchedule, useDeleteSchedule, useSchedules } from './use-schedules';

interface ScheduleControlProps {
  kind: string;
  target: Record<string, unknown>;
  label: string;
}

/** When one thing is done by itself, changed in place. */
export function ScheduleControl({ kind, target, label }: ScheduleControlProps) {
  const { data } = useSchedules();
  const create = useCreateSchedule();
  const change = useChangeSchedule();
  const remove = useDeleteSchedule();
  if (!data) return null;
  const isTarget = (other: Record<string, unknown>) =>
    Object.entries(target).every(([key, value]) => other[key] === value);
  const schedule = data.find((one) => one.kind === kind && isTarget(one.target));

  function set(cron: string | undefined) {
    if (cron === undefined) {
      if (schedule) remove.mutate(schedule.id);
    } else if (schedule) change.mutate({ id: schedule.id, cron });
    else create.mutate({ kind, target, cron }, { onError: (error) => toastError('It is not done by itself', error) });
  }

  return (
    <div className="flex max-w-xs flex-col gap-1.5">
      <TimeField label={label} none="Not by itself" value={schedule?.cron} onChange={set} lazy />
      {schedule?.nextAt && <p className="text-[0.8125rem] text-muted">Next {dateTime(schedule.nextAt)}</p>}
      {schedule?.problem && <p className="text-[0.8125rem] text-danger">{schedule.problem}</p>}
    </div>
  );
}
