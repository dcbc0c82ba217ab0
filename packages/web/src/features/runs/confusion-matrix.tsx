import { type KeyboardEvent, useId, useState } from 'react';
import { integer, percent } from '@/shared/lib/format';
import type { Confusion } from './confusion';

const label = 130;
/** Arrow keys walk over the cells: one stop for the keyboard. */
const walkable = { tabIndex: 0 };

/** A heat map of true against predicted classes: right answers in the accent, errors in red; arrow keys walk over it. */
export function ConfusionMatrix({ confusion }: { confusion: Confusion }) {
  const id = useId();
  const { classes, matrix } = confusion;
  const [cell, setCell] = useState<{ row: number; column: number } | null>(null);
  const size = classes.length;
  const step = Math.max(11, Math.min(44, 640 / size));
  const side = size * step;
  const at = cell && cell.row < size && cell.column < size ? cell : null;
  const support = matrix.map((row) => row.reduce((sum, count) => sum + count, 0));
  const share = (row: number, column: number) => (matrix[row]?.[column] ?? 0) / Math.max(1, support[row] ?? 0);

  function onKeyDown(event: KeyboardEvent) {
    const moves: Record<string, [number, number]> = {
      ArrowUp: [-1, 0],
      ArrowDown: [1, 0],
      ArrowLeft: [0, -1],
      ArrowRight: [0, 1],
    };
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    const from = at ?? { row: 0, column: 0 };
    const within = (value: number) => Math.min(size - 1, Math.max(0, value));
    setCell(at ? { row: within(from.row + move[0]), column: within(from.column + move[1]) } : from);
  }

  return (
    <div>
      <div className="overflow-x-auto">
        {/* A grid of up to thousands of cells is one stop for the keyboard; what it stands on is said below it. */}
        <svg
          viewBox={`0 0 ${label + side + 4} ${side + label + 4}`}
          style={{ minWidth: Math.min(label + side, 560), maxWidth: label + side + 4 }}
          className="w-full focus-visible:outline-offset-4"
          {...walkable}
          role="application"
          aria-roledescription="confusion matrix"
          aria-label={`Confusion matrix of ${size} classes. Arrow keys walk over the cells.`}
          aria-describedby={`${id}-cell`}
          onKeyDown={onKeyDown}
          onPointerLeave={() => setCell(null)}
        >
          {matrix.map((counts, row) =>
            counts.map((count, column) => (
              <rect
                key={`${classes[row]?.code} ${classes[column]?.code}`}
                x={label + column * step}
                y={row * step}
                width={step - 1}
                height={step - 1}
                rx={step > 20 ? 2 : 1}
                fill={count === 0 ? 'var(--paper)' : row === column ? 'var(--accent)' : 'var(--danger)'}
                fillOpacity={count === 0 ? 1 : 0.14 + 0.86 * share(row, column) ** 0.6}
                onPointerEnter={() => setCell({ row, column })}
              />
            )),
          )}
          {at && (
            <rect
              x={label + at.column * step - 1}
              y={at.row * step - 1}
              width={step + 1}
              height={step + 1}
              fill="none"
              stroke="var(--ink)"
              strokeWidth={1.5}
              pointerEvents="none"
            />
          )}
          {classes.map(({ code, name }, k) => (
            <g
              key={code}
              fontSize={Math.min(12, step * 0.85)}
              fill={at && (at.row === k || at.column === k) ? 'var(--ink)' : 'var(--muted)'}
              aria-hidden
            >
              <text x={label - 8} y={k * step + step / 2} textAnchor="end" dominantBaseline="central">
                {short(name)}
              </text>
              <text
                transform={`translate(${label + k * step + step / 2} ${side + 8}) rotate(-58)`}
                textAnchor="end"
                dominantBaseline="central"
              >
                {short(name)}
              </text>
            </g>
          ))}
        </svg>
      </div>
      <p id={`${id}-cell`} aria-live="polite" className="mt-2 min-h-6 text-sm">
        {at ? (
          <>
            <strong>{classes[at.row]?.name}</strong> taken for <strong>{classes[at.column]?.name}</strong>:{' '}
            <span className="tabular-nums">
              {integer(matrix[at.row]?.[at.column] ?? 0)} of {integer(support[at.row] ?? 0)} (
              {percent(share(at.row, at.column))})
            </span>
          </>
        ) : (
          <span className="text-muted">Rows are the true classes, columns the predicted ones.</span>
        )}
      </p>
    </div>
  );
}

const short = (name: string) => (name.length > 19 ? `${name.slice(0, 18)}…` : name);
