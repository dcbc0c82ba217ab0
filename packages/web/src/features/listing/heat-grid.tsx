import type { Explanation } from './use-classify';

/** Where in the photo the first category was seen: warm speaks for it, cold against. */
export function HeatGrid({ grid }: { grid: NonNullable<Explanation['image']> }) {
  const strongest = Math.max(1e-9, ...grid.weights.map(Math.abs));
  return (
    <svg
      role="img"
      aria-label="The regions of the photo that decided"
      viewBox={`0 0 ${grid.columns} ${grid.rows}`}
      preserveAspectRatio="none"
      className="fade pointer-events-none absolute inset-0 size-full blur-[6px]"
    >
      {[...grid.weights.entries()].map(([cell, weight]) => (
        <rect
          key={cell}
          x={cell % grid.columns}
          y={Math.floor(cell / grid.columns)}
          width={1.02}
          height={1.02}
          fill={weight > 0 ? '#e2542c' : '#2c6fe2'}
          opacity={(Math.abs(weight) / strongest) ** 1.5 * 0.6}
        />
      ))}
    </svg>
  );
}
