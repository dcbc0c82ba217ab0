import { Link } from '@tanstack/react-router';
import { ago, dateTime } from '@/shared/lib/format';
import { usePaged } from '@/shared/lib/use-paged';
import { Button } from '@/shared/ui/button';
import { Pagination } from '@/shared/ui/pagination';
import { timeTitle } from './times';
import { type Schedule, useChangeSchedule, useDeleteSchedule, useSchedules } from './use-schedules';

/** `learn similar from my-shop`. */
function targetTitle({ kind, target }: Schedule): string {
  const order = (kind === 'pipeline' ? target.input : target) as Record<string, unknown>;
  const source = order.site ?? order.dataset ?? 'the catalogue';
  return `${kind === 'pipeline' ? 'Learn' : 'Train'} ${order.task} from ${source}`;
}

/** What is started by the clock, of some kinds. */
export function ScheduleList({ kinds }: { kinds: readonly string[] }) {
  const { data = [] } = useSchedules();
  const change = useChangeSchedule();
  const remove = useDeleteSchedule();
  const schedules = data.filter(({ kind }) => kinds.includes(kind));
  const { shown, pages } = usePaged(schedules, 20);
  if (schedules.length === 0) return null;
  return (
    <section aria-label="By itself" className="mb-10">
      <h2 className="eyebrow mb-2">By itself</h2>
      <ul className="divide-y divide-line border-y border-line">
        {shown.map((schedule) => (
          <li key={schedule.id} className="flex flex-wrap items-center gap-x-5 gap-y-2 py-3 text-[0.9375rem]">
            <span className="font-medium">{targetTitle(schedule)}</span>
            <span className="text-muted">
              {timeTitle(schedule.cron)}
              {schedule.nextAt ? `, next ${dateTime(schedule.nextAt)}` : ', switched off'}
            </span>
            <Last schedule={schedule} />
            {schedule.problem && <span className="text-sm text-danger">{schedule.problem}</span>}
            <span className="ml-auto flex gap-2">
              <Button
                size="small"
                onClick={() => change.mutate({ id: schedule.id, enabled: !schedule.enabled })}
                busy={change.isPending}
              >
                {schedule.enabled ? 'Switch off' : 'Switch on'}
              </Button>
              <Button size="small" variant="danger" onClick={() => remove.mutate(schedule.id)} busy={remove.isPending}>
                Delete
              </Button>
            </span>
          </li>
        ))}
      </ul>
      <Pagination {...pages} />
    </section>
  );
}

function Last({ schedule: { kind, lastJob, lastAt } }: { schedule: Schedule }) {
  if (!lastJob || !lastAt) return null;
  const text = `last ${ago(lastAt)}`;
  return kind === 'pipeline' ? (
    <Link to="/pipelines/$id" params={{ id: lastJob }} className="link text-sm">
      {text}
    </Link>
  ) : (
    <Link to="/runs/$id" params={{ id: lastJob }} className="link text-sm">
      {text}
    </Link>
  );
}
