import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ago, bytes, duration, integer } from '@/shared/lib/format';
import { NoSimilarModel } from '@/shared/similar/no-similar-model';
import { Badge, type Tone } from '@/shared/ui/badge';
import { Button } from '@/shared/ui/button';
import { Confirm } from '@/shared/ui/confirm';
import { PageHeader } from '@/shared/ui/page-header';
import { Progress } from '@/shared/ui/progress';
import { ErrorState, SkeletonRows } from '@/shared/ui/states';
import { FailedPhotos } from './failed-photos';
import { ThresholdTable } from './threshold-table';
import { type IndexStatus, indexQuery, useRebuildIndex } from './use-index';

/** What search by photo searches in: which model made its vectors, how many there are, and how sure it is. */
export function SearchIndexPage() {
  const { data, error, refetch } = useQuery(indexQuery);
  return (
    <>
      <PageHeader
        title="Search index"
        eyebrow={<Link to="/models">Models</Link>}
        lead="Every photo of the catalogue as a vector, kept current by itself."
        actions={data && data.state !== 'none' && <RebuildButton />}
      />
      {error ? (
        <ErrorState error={error} retry={() => refetch()} />
      ) : !data ? (
        <SkeletonRows />
      ) : data.state === 'none' && !data.next ? (
        <NoSimilarModel />
      ) : (
        <Status index={data} />
      )}
    </>
  );
}

function RebuildButton() {
  const rebuild = useRebuildIndex();
  return (
    <Confirm
      trigger={<Button busy={rebuild.isPending}>Build anew</Button>}
      title="Build the index anew?"
      description="From the vectors in the database, with its thresholds measured again. Searches are answered meanwhile."
      action="Build it anew"
      onConfirm={() => rebuild.mutate()}
    />
  );
}

const states: Record<IndexStatus['state'], { title: string; tone: Tone }> = {
  none: { title: 'Not yet', tone: 'plain' },
  building: { title: 'Building', tone: 'accent' },
  ready: { title: 'Ready', tone: 'accent' },
  failed: { title: 'Failed', tone: 'danger' },
};
const backends: Record<IndexStatus['backend'], string> = {
  exact: 'Every vector, exactly',
  usearch: 'usearch, a graph of neighbours in 16 bits',
  pgvector: 'pgvector, in the database',
};

function Status({ index }: { index: IndexStatus }) {
  const { state, model, next, error } = index;
  const facts: [string, string][] = [
    ['Products with a photo', integer(index.products)],
    ['Photos', integer(index.photos)],
    ['In the index', integer(index.embedded)],
    ['Waiting', integer(index.waiting)],
    ['Failed', integer(index.failed)],
    ['Size', bytes(index.bytes)],
  ];
  return (
    <div className="flex flex-col gap-14">
      <section aria-label="State" className="rounded-xl bg-paper p-6 sm:p-8">
        <div className="flex flex-wrap items-center gap-3">
          <Badge tone={states[state].tone} dot={state === 'building'}>
            {states[state].title}
          </Badge>
          {index.updatedAt && <span className="text-sm text-muted">changed {ago(index.updatedAt)}</span>}
        </div>
        {model && (
          <>
            <p className="mt-3 font-display text-3xl">Version {model.version}</p>
            <p className="mt-1 text-muted">
              {model.description}. Vectors of {integer(index.dimension)} numbers. {backends[index.backend]}.
            </p>
          </>
        )}
        {error && (
          <p role="alert" className="mt-4 max-w-prose text-danger">
            {error.message}
          </p>
        )}
        {next && <NextModel next={next} answering={model !== null} />}
        <dl className="mt-7 grid grid-cols-2 gap-x-6 gap-y-5 sm:grid-cols-3 lg:grid-cols-6">
          {facts.map(([title, value]) => (
            <div key={title}>
              <dt className="text-sm text-muted">{title}</dt>
              <dd className="font-display text-2xl tabular-nums">{value}</dd>
            </div>
          ))}
        </dl>
      </section>
      {index.failed > 0 && <FailedPhotos index={index} />}
      <ThresholdTable thresholds={index.thresholds} />
    </div>
  );
}

function NextModel({ next, answering }: { next: NonNullable<IndexStatus['next']>; answering: boolean }) {
  return (
    <div className="mt-6 max-w-xl">
      <p className="mb-2 text-[0.9375rem]">
        Version {next.version} is looking at the photos:{' '}
        <span className="tabular-nums">
          {integer(next.done)} of {integer(next.total)}
          {next.secondsLeft !== null && `, ${duration(next.secondsLeft)} left`}
        </span>
        .
      </p>
      <Progress label={`Version ${next.version}`} fraction={next.total === 0 ? null : next.done / next.total} />
      <p className="mt-2 text-[0.8125rem] text-muted">
        {answering
          ? 'Until it has seen them all, the present version answers; then it takes over at once.'
          : 'Searches are answered once it has seen them all.'}
      </p>
    </div>
  );
}
