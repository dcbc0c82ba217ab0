import type { Explanation } from './use-classify';

interface ExplainedWordsProps {
  texts: { title: string; description: string };
  words: NonNullable<Explanation['words']>;
}

/** The listing's own words, marked by how much each spoke for (or against) the first category. */
export function ExplainedWords({ texts, words }: ExplainedWordsProps) {
  const strongest = Math.max(1e-9, ...words.map(({ weight }) => Math.abs(weight)));
  return (
    <section aria-label="What decided" className="flex flex-col gap-2 text-[0.9375rem] leading-8">
      <h2 className="eyebrow">What decided</h2>
      {(['title', 'description'] as const).map((field) => {
        const own = words.filter((word) => word.field === field).sort((a, b) => a.start - b.start);
        if (own.length === 0) return null;
        const text = texts[field];
        let from = 0;
        const parts = own.map((word) => {
          const before = text.slice(from, word.start);
          from = Math.max(from, word.end);
          const share = Math.abs(word.weight) / strongest;
          return (
            <span key={word.start}>
              {before}
              <mark
                title={`${word.weight > 0 ? 'for' : 'against'}, ${Math.round(share * 100)} % of the strongest`}
                className="rounded-sm px-0.5 py-1 text-ink"
                style={{
                  backgroundColor: `color-mix(in oklab, var(${word.weight > 0 ? '--accent' : '--danger'}) ${Math.round(share * 34)}%, transparent)`,
                }}
              >
                {text.slice(word.start, word.end)}
              </mark>
            </span>
          );
        });
        return (
          <p key={field} className="break-words">
            <span className="sr-only">{field}: </span>
            {parts}
            {text.slice(from)}
          </p>
        );
      })}
    </section>
  );
}
