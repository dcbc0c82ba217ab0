import { counted, integer } from '@/shared/lib/format';
import { Button } from '@/shared/ui/button';
import { ErrorState } from '@/shared/ui/states';
import { useCheckDataset } from './use-change-datasets';

/** Looks for duplicates, broken pictures, rare classes and suspect labels. */
export function CheckPanel({ name }: { name: string }) {
  const check = useCheckDataset(name);
  return (
    <div className="flex flex-col gap-6">
      <div className="flex flex-wrap items-center gap-4">
        <Button busy={check.isPending} onClick={() => check.mutate()}>
          {check.data ? 'Check again' : 'Check this data set'}
        </Button>
        <p className="text-sm text-muted">Duplicates, broken pictures, rare classes, suspect labels.</p>
      </div>
      {check.error && <ErrorState error={check.error} />}
      {check.data && (
        <div aria-live="polite">
          <p className="font-display text-2xl">
            {check.data.problems.length === 0
              ? 'Nothing stands out'
              : `${counted(check.data.problems.length, 'thing')} to look at`}
          </p>
          <ul className="mt-4 divide-y divide-line">
            {check.data.problems.map((problem) => (
              <li key={problem.code} className="py-4">
                <p>
                  <strong className="tabular-nums">{integer(problem.count)}</strong> {problem.message}
                </p>
                {problem.examples.length > 0 && (
                  <ul className="mt-2 text-sm break-words text-muted">
                    {problem.examples.slice(0, 5).map((example) => (
                      <li key={example}>{example}</li>
                    ))}
                  </ul>
                )}
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}
