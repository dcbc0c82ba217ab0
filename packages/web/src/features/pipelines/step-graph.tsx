import clsx from 'clsx';
import { duration } from '@/shared/lib/format';
import { Progress } from '@/shared/ui/progress';
import { type Line, layOut } from './step-layout';
import { StepIcon } from './step-state';
import type { Step } from './use-pipelines';

/** In rem: a box and the gap below it. */
const BOX = 3.75;
const GAP = 1.5;
const top = (row: number) => row * (BOX + GAP);

interface StepGraphProps {
  steps: readonly Step[];
  chosen: string | undefined;
  onChoose(name: string): void;
}

/** The steps as boxes, from top to bottom, with a line for every need. */
export function StepGraph({ steps, chosen, onChoose }: StepGraphProps) {
  const { placed, lines, rows } = layOut(steps);
  const height = top(rows - 1) + BOX;
  const widest = Math.max(...placed.map(({ row }) => placed.filter((other) => other.row === row).length));
  return (
    <div className="relative" style={{ height: `${height}rem` }}>
      <svg aria-hidden className="absolute inset-0 size-full" viewBox={`0 0 1 ${height}`} preserveAspectRatio="none">
        {lines.map((line) => (
          <Need key={line.key} line={line} />
        ))}
      </svg>
      <ol>
        {placed.map(({ step, row, x }) => (
          <li
            key={step.name}
            className="absolute -translate-x-1/2"
            style={{
              ...{ top: `${top(row)}rem`, left: `${x * 100}%`, height: `${BOX}rem` },
              width: widest > 1 ? `calc(${100 / widest}% - 0.75rem)` : '100%',
            }}
          >
            <Box step={step} chosen={step.name === chosen} onChoose={() => onChoose(step.name)} />
          </li>
        ))}
      </ol>
    </div>
  );
}

function Need({ line: { from, to } }: { line: Line }) {
  const [start, end] = [top(from.row) + BOX, top(to.row)];
  const middle = (start + end) / 2;
  return (
    <path
      d={`M ${from.x} ${start} C ${from.x} ${middle}, ${to.x} ${middle}, ${to.x} ${end}`}
      className="fill-none stroke-edge"
      strokeWidth={1.5}
      vectorEffect="non-scaling-stroke"
    />
  );
}

function Box({ step, chosen, onChoose }: { step: Step; chosen: boolean; onChoose(): void }) {
  const { state, title, seconds, fraction } = step;
  const quiet = state === 'waiting' || state === 'skipped';
  return (
    <button
      type="button"
      aria-pressed={chosen}
      onClick={onChoose}
      className={clsx(
        'flex size-full flex-col justify-center gap-1.5 rounded-lg border bg-raised px-4 text-left transition-colors hover:bg-paper',
        chosen ? 'border-accent ring-1 ring-accent' : 'border-line',
        quiet && 'border-dashed',
      )}
    >
      <span className="flex w-full items-center gap-2.5">
        <StepIcon state={state} />
        <span className={clsx('truncate font-medium', quiet && 'text-muted')}>{title}</span>
        {seconds !== null && (
          <span className="ml-auto text-[0.8125rem] whitespace-nowrap text-muted tabular-nums">
            {duration(seconds)}
          </span>
        )}
      </span>
      {state === 'running' && <Progress label={title} fraction={fraction} />}
    </button>
  );
}
