import { useState } from 'react';
import { integer, percent } from '@/shared/lib/format';
import { EmptyState, ErrorState, SkeletonRows } from '@/shared/ui/states';
import { type Confusion, confusedPairs } from './confusion';
import { EpochSlider } from './epoch-slider';
import { useConfusions } from './use-confusions';
import { isLive, type Run } from './use-runs';
import { type Zoom, ZoomedMatrix } from './zoomed-matrix';

/** The confusion matrix of every epoch, moved through with a slider; the newest until one is chosen. */
export function ConfusionPanel({ run }: { run: Run }) {
  const { confusions, error, refetch } = useConfusions(run);
  const [part, setPart] = useState<string>();
  const [chosen, setChosen] = useState<number | null>(null);
  const [zoom, setZoom] = useState<Zoom>(null);
  if (error) return <ErrorState error={error} retry={() => refetch()} />;
  if (!confusions) return <SkeletonRows />;
  const group = confusions.find(({ name }) => name === part) ?? confusions[0];
  const figures = group?.epochs ?? [];
  const last = figures.length - 1;
  const at = Math.min(chosen ?? last, last);
  const figure = figures[at];
  if (!figure)
    return <EmptyState title={isLive(run) ? 'The first epoch is under way' : 'This run has no confusion matrix'} />;

  return (
    <div className="grid gap-10 xl:grid-cols-[minmax(0,1fr)_20rem]">
      <div className="min-w-0">
        <div className="mb-6 flex flex-wrap items-center gap-5 empty:hidden">
          {confusions.length > 1 && (
            <select
              aria-label="Measured on"
              className="control w-auto!"
              value={group?.name}
              onChange={(event) => {
                setPart(event.target.value);
                setChosen(null);
                setZoom(null);
              }}
            >
              {confusions.map(({ name, title }) => (
                <option key={name} value={name}>
                  {title}
                </option>
              ))}
            </select>
          )}
          <EpochSlider epochs={figures.map((one) => one.epoch)} at={at} onAt={setChosen} />
        </div>
        <ZoomedMatrix confusion={figure.confusion} zoom={zoom} onZoom={setZoom} />
      </div>
      <ConfusedList confusion={figure.confusion} onPair={setZoom} />
    </div>
  );
}

interface ConfusedListProps {
  confusion: Confusion;
  onPair(pair: readonly [number, number]): void;
}

/** The errors made most often: each leads to its part of the matrix. */
function ConfusedList({ confusion, onPair }: ConfusedListProps) {
  const pairs = confusedPairs(confusion, 8);
  return (
    <div>
      <h2 className="eyebrow mb-3">Most confused</h2>
      {pairs.length === 0 ? (
        <p className="text-muted">No errors.</p>
      ) : (
        <ol className="divide-y divide-line">
          {pairs.map(({ row, column, count, share }) => (
            <li key={`${row} ${column}`}>
              <button
                type="button"
                onClick={() => onPair([row, column])}
                className="flex w-full items-baseline justify-between gap-4 py-2.5 text-left text-[0.9375rem] hover:text-accent"
              >
                <span className="min-w-0">
                  {confusion.classes[row]?.name} <span className="text-muted">as</span>{' '}
                  {confusion.classes[column]?.name}
                </span>
                <span className="shrink-0 text-sm text-muted tabular-nums">
                  {integer(count)} · {percent(share)}
                </span>
              </button>
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}
