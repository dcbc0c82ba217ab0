import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { ago, bytes, metric, metricNames, metricTitle } from '@/shared/lib/format';
import { usePaged } from '@/shared/lib/use-paged';
import { Badge } from '@/shared/ui/badge';
import { Button } from '@/shared/ui/button';
import { Confirm } from '@/shared/ui/confirm';
import { PageHeader } from '@/shared/ui/page-header';
import { Pagination } from '@/shared/ui/pagination';
import { EmptyState, ErrorState, SkeletonRows } from '@/shared/ui/states';
import { Table, Td, Th } from '@/shared/ui/table';
import { EvaluateDialog } from './evaluate-dialog';
import { PromoteDialog } from './promote-dialog';
import { type Model, useDeleteModel, useModels, useRollback } from './use-models';

/** Versions by task: what is in production, what could be. */
export function ModelListPage() {
  const { data, error, refetch } = useModels();
  return (
    <>
      <PageHeader title="Models" lead="Versions by task. One is in production; the others are a step away." />
      {!data ? (
        error ? (
          <ErrorState error={error} retry={() => refetch()} />
        ) : (
          <SkeletonRows />
        )
      ) : data.length === 0 ? (
        <EmptyState
          title="No models yet"
          action={
            <Button asChild variant="primary">
              <Link to="/runs/new">Start a training</Link>
            </Button>
          }
        >
          A run that succeeds leaves a version here.
        </EmptyState>
      ) : (
        [...new Set(data.map(({ task }) => task))].map((task) => (
          <TaskModels key={task} task={task} models={data.filter((model) => model.task === task)} />
        ))
      )}
    </>
  );
}

function TaskModels({ task, models }: { task: string; models: Model[] }) {
  const rollback = useRollback();
  const { shown, pages } = usePaged(models, 20);
  const [promoting, setPromoting] = useState<Model | null>(null);
  const [evaluating, setEvaluating] = useState<Model | null>(null);
  const current = models.find(({ stage }) => stage === 'production');
  const primary = models[0]?.primaryMetric ?? '';
  const hasEarlier = models.some(({ stage, promotedAt }) => stage !== 'production' && promotedAt !== null);
  return (
    <section className="mb-16">
      <div className="mb-6 flex flex-wrap items-end justify-between gap-4">
        <h2 className="font-display text-2xl">{metricTitle(task)}</h2>
        <div className="flex flex-wrap gap-2.5">
          {task === 'similar' && (
            <Button asChild>
              <Link to="/search/index">Search index</Link>
            </Button>
          )}
          {hasEarlier && (
            <Confirm
              trigger={<Button busy={rollback.isPending}>Roll back</Button>}
              title="Roll back?"
              description="The version that was in production before answers again."
              action="Roll back"
              onConfirm={() => rollback.mutate(task)}
            />
          )}
        </div>
      </div>
      {current && <InProduction model={current} />}
      <Table
        label={`Versions of ${task}`}
        head={
          <>
            <Th>Version</Th>
            <Th>Stage</Th>
            <Th right>{metricTitle(primary)}</Th>
            <Th>Data set</Th>
            <Th right>Size</Th>
            <Th right>Made</Th>
            <Th right>Actions</Th>
          </>
        }
      >
        {shown.map((model) => (
          <Row
            key={model.id}
            model={model}
            onPromote={() => setPromoting(model)}
            onEvaluate={() => setEvaluating(model)}
          />
        ))}
      </Table>
      <Pagination {...pages} />
      {promoting && <PromoteDialog model={promoting} current={current} onClose={() => setPromoting(null)} />}
      {evaluating && <EvaluateDialog model={evaluating} onClose={() => setEvaluating(null)} />}
    </section>
  );
}

function InProduction({ model }: { model: Model }) {
  const names = metricNames(model.metrics, model.primaryMetric);
  return (
    <div className="mb-8 rounded-xl bg-paper p-6 sm:p-8">
      <p className="eyebrow">In production</p>
      <p className="mt-2 font-display text-3xl">Version {model.version}</p>
      <p className="mt-1 text-muted">
        {model.description}
        {model.promotedAt && `, since ${ago(model.promotedAt)}`}
      </p>
      <dl className="mt-6 flex flex-wrap gap-x-10 gap-y-4">
        {names.slice(0, 6).map((name) => (
          <div key={name}>
            <dt className="text-sm text-muted">{metricTitle(name)}</dt>
            <dd className="font-display text-2xl tabular-nums">{metric(name, model.metrics[name] ?? 0)}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

const tones = { production: 'accent', candidate: 'plain', retired: 'plain' } as const;

function Row({ model, onPromote, onEvaluate }: { model: Model; onPromote(): void; onEvaluate(): void }) {
  const remove = useDeleteModel();
  const value = model.metrics[model.primaryMetric];
  return (
    <tr>
      <Td>
        <span className="font-semibold">Version {model.version}</span>
        <p className="text-sm text-muted">
          {model.runId && model.runNumber !== null ? (
            <Link to="/runs/$id" params={{ id: model.runId }} className="link">
              run {model.runNumber}
            </Link>
          ) : (
            'imported'
          )}
        </p>
      </Td>
      <Td>
        <Badge tone={tones[model.stage]}>{model.stage}</Badge>
      </Td>
      <Td right>{value === undefined ? '–' : metric(model.primaryMetric, value)}</Td>
      <Td>{model.dataset ?? <span className="text-muted">–</span>}</Td>
      <Td right className="whitespace-nowrap text-muted">
        {bytes(model.bytes)}
      </Td>
      <Td right className="whitespace-nowrap text-muted">
        {ago(model.createdAt)}
      </Td>
      <Td right>
        <div className="flex justify-end gap-2">
          <Button size="small" onClick={onEvaluate}>
            Evaluate
          </Button>
          {model.stage !== 'production' && (
            <>
              <Button size="small" onClick={onPromote}>
                Promote
              </Button>
              <Confirm
                danger
                trigger={
                  <Button size="small" variant="danger" busy={remove.isPending}>
                    Delete
                  </Button>
                }
                title={`Delete version ${model.version}?`}
                description="Its files go for good; the run keeps its record."
                action="Delete the version"
                onConfirm={() => remove.mutate(model)}
              />
            </>
          )}
        </div>
      </Td>
    </tr>
  );
}
