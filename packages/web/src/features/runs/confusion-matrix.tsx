import { type KeyboardEvent, type PointerEvent, useId, useState } from 'react';
import { integer, percent } from '@/shared/lib/format';
import { type Confusion, shareOf } from './confusion';
import { AxisNames, type Cell, Cells, LABEL } from './confusion-cells';

/** Arrow keys walk over the cells: one stop for the keyboard. */
const walkable = { tabIndex: 0 };
const moves: Readonly<Record<string, Cell>> = {
  ArrowUp: { row: -1, column: 0 },
  ArrowDown: { row: 1, column: 0 },
  ArrowLeft: { row: 0, column: -1 },
  ArrowRight: { row: 0, column: 1 },
};

/** A heat map of true against predicted classes: right answers in the accent, errors in red; arrow keys walk over it. */
export function ConfusionMatrix({ confusion }: { confusion: Confusion }) {
  const id = useId();
  const [cell, setCell] = useState<Cell | null>(null);
  const size = confusion.classes.length;
  const step = Math.max(11, Math.min(44, 640 / size));
  const side = size * step;
  const at = cell && cell.row < size && cell.column < size ? cell : null;
  const within = (value: number) => Math.min(size - 1, Math.max(0, value));

  function onKeyDown(event: KeyboardEvent) {
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    setCell(at ? { row: within(at.row + move.row), column: within(at.column + move.column) } : { row: 0, column: 0 });
  }

  function onPointerMove({ currentTarget, clientX, clientY }: PointerEvent) {
    const { left, top, width, height } = currentTarget.getBoundingClientRect();
    const row = within(Math.floor(((clientY - top) / height) * size));
    const column = within(Math.floor(((clientX - left) / width) * size));
    if (row !== at?.row || column !== at.column) setCell({ row, column });
  }

  return (
    <div>
      {/* Padded, so that the outlines of the focus and of a cell at the edge are not cut. */}
      <div className="-m-2 overflow-x-auto p-2">
        {/* A grid of up to thousands of cells is one stop for the keyboard; what it stands on is said below it. */}
        <svg
          viewBox={`0 0 ${LABEL + side + 4} ${side + LABEL + 4}`}
          style={{ minWidth: Math.min(LABEL + side, 560), maxWidth: LABEL + side + 4 }}
          className="w-full overflow-visible focus-visible:outline-offset-4"
          {...walkable}
          role="application"
          aria-roledescription="confusion matrix"
          aria-label={`Confusion matrix of ${size} classes. Arrow keys walk over the cells.`}
          aria-describedby={`${id}-cell`}
          onKeyDown={onKeyDown}
          onPointerLeave={() => setCell(null)}
        >
          <Cells confusion={confusion} step={step} />
          {at && (
            <rect
              x={LABEL + at.column * step - 1}
              y={at.row * step - 1}
              width={step + 1}
              height={step + 1}
              fill="none"
              stroke="var(--ink)"
              strokeWidth={1.5}
            />
          )}
          <AxisNames classes={confusion.classes} step={step} at={at} />
          <rect x={LABEL} width={side} height={side} fill="transparent" onPointerMove={onPointerMove} />
        </svg>
      </div>
      <p id={`${id}-cell`} aria-live="polite" className="mt-2 min-h-6 text-sm">
        {at ? (
          <CellReading confusion={confusion} {...at} />
        ) : (
          <span className="text-muted">Rows are the true classes, columns the predicted ones.</span>
        )}
      </p>
    </div>
  );
}

function CellReading({ confusion, row, column }: Cell & { confusion: Confusion }) {
  const { classes, matrix, support } = confusion;
  return (
    <>
      <strong>{classes[row]?.name}</strong> taken for <strong>{classes[column]?.name}</strong>:{' '}
      <span className="tabular-nums">
        {integer(matrix[row]?.[column] ?? 0)} of {integer(support[row] ?? 0)} (
        {percent(shareOf(confusion, row, column))})
      </span>
    </>
  );
}
