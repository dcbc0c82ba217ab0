import clsx from 'clsx';
import { type Band, bands, likenessMeaning } from './likeness';

/** How alike a photo is, in a word, three marks and a share. */
export function LikenessLine({ band, likeness }: { band: Band; likeness: number }) {
  const { title, marks } = bands[band];
  return (
    <p
      className="flex items-center gap-1.5 text-[0.8125rem] whitespace-nowrap sm:gap-2"
      title={likenessMeaning(likeness)}
    >
      <span aria-hidden className="flex gap-0.5">
        {[0, 1, 2].map((mark) => (
          <span
            key={mark}
            className={clsx('h-1 w-1.5 rounded-full sm:w-2.5', mark < marks ? 'bg-accent' : 'bg-line')}
          />
        ))}
      </span>
      <span className={clsx('font-medium', band === 'weak' ? 'text-muted' : 'text-accent')}>{title}</span>
      <span className="text-muted tabular-nums">{Math.round(likeness)}%</span>
      <span className="sr-only">. {likenessMeaning(likeness)}.</span>
    </p>
  );
}
