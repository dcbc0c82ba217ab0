import { memo, useId } from 'react';
import { type ClassName, type Confusion, shareOf } from './confusion';

export interface Cell {
  row: number;
  column: number;
}

/** What the names of the classes take of the drawing, to the left of the cells and below them. */
export const LABEL = 130;

interface CellsProps {
  confusion: Confusion;
  /** Side of a cell with the gap after it. */
  step: number;
}

/** The cells: most of a large matrix is empty, and what is empty is a pattern and no element for each. */
export const Cells = memo(function Cells({ confusion, step }: CellsProps) {
  const id = useId();
  const { classes, matrix } = confusion;
  const shape = { width: step - 1, height: step - 1, rx: step > 20 ? 2 : 1 };
  const side = classes.length * step;
  return (
    <>
      <pattern id={id} x={LABEL} width={step} height={step} patternUnits="userSpaceOnUse">
        <rect {...shape} fill="var(--paper)" />
      </pattern>
      <rect x={LABEL} width={side} height={side} fill={`url(#${id})`} />
      {matrix.map((counts, row) =>
        counts.map(
          (count, column) =>
            count > 0 && (
              <rect
                key={`${classes[row]?.code} ${classes[column]?.code}`}
                {...shape}
                x={LABEL + column * step}
                y={row * step}
                fill={row === column ? 'var(--accent)' : 'var(--danger)'}
                fillOpacity={0.14 + 0.86 * shareOf(confusion, row, column) ** 0.6}
              />
            ),
        ),
      )}
    </>
  );
});

interface AxisNamesProps {
  classes: ClassName[];
  step: number;
  /** The cell whose classes stand out. */
  at: Cell | null;
}

/** The classes' names beside the rows and below the columns. */
export function AxisNames({ classes, step, at }: AxisNamesProps) {
  return classes.map(({ code, name }, k) => (
    <g
      key={code}
      fontSize={Math.min(12, step * 0.85)}
      fill={at && (at.row === k || at.column === k) ? 'var(--ink)' : 'var(--muted)'}
      aria-hidden
    >
      <text x={LABEL - 8} y={k * step + step / 2} textAnchor="end" dominantBaseline="central">
        {short(name)}
      </text>
      <text
        transform={`translate(${LABEL + k * step + step / 2} ${classes.length * step + 8}) rotate(-58)`}
        textAnchor="end"
        dominantBaseline="central"
      >
        {short(name)}
      </text>
    </g>
  ));
}

const short = (name: string) => (name.length > 19 ? `${name.slice(0, 18)}…` : name);
