import clsx from 'clsx';
import { integer } from '@/shared/lib/format';
import { Button } from '@/shared/ui/button';
import { ScrollRegion } from '@/shared/ui/scroll-region';

export interface LegendEntry {
  label: string | null;
  name: string;
  photos: number;
  colour: string;
}

interface LabelLegendProps {
  entries: LegendEntry[];
  /** None: all are shown alike. */
  chosen: ReadonlySet<string | null>;
  onChosen(chosen: ReadonlySet<string | null>): void;
}

/** The labels' colours; pressing one leaves the others faint. */
export function LabelLegend({ entries, chosen, onChosen }: LabelLegendProps) {
  function toggle(label: string | null) {
    const next = new Set(chosen);
    if (!next.delete(label)) next.add(label);
    onChosen(next);
  }
  return (
    <div className="min-w-0">
      <div className="mb-2 flex min-h-8 items-center justify-between gap-3">
        <h2 className="eyebrow">Labels</h2>
        {chosen.size > 0 && (
          <Button size="small" variant="ghost" onClick={() => onChosen(new Set())}>
            Show all
          </Button>
        )}
      </div>
      <ScrollRegion label="Labels" className="max-h-56 overflow-y-auto lg:max-h-[30rem]">
        <ul>
          {entries.map(({ label, name, photos, colour }) => (
            <li key={label ?? ''}>
              <button
                type="button"
                aria-pressed={chosen.has(label)}
                onClick={() => toggle(label)}
                className={clsx(
                  'flex w-full items-center gap-2.5 rounded px-2 py-1.5 text-left text-[0.9375rem] -outline-offset-2 hover:bg-paper',
                  chosen.has(label) && 'bg-tint font-medium',
                )}
              >
                <span aria-hidden className="size-2.5 shrink-0 rounded-full" style={{ background: colour }} />
                <span className="min-w-0 flex-1 truncate">{name}</span>
                <span className="text-[0.8125rem] text-muted tabular-nums">{integer(photos)}</span>
              </button>
            </li>
          ))}
        </ul>
      </ScrollRegion>
    </div>
  );
}
