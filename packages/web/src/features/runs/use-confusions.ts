import { useQuery } from '@tanstack/react-query';
import { type Confusion, confusionOf } from './confusion';
import { useDatasetNames } from './use-dataset-names';
import { figuresQuery, type Run } from './use-runs';

/** Confusion matrices of one part of a model on one kind of rows, by epoch. */
export interface Confusions {
  name: string;
  title: string;
  epochs: { epoch: number; confusion: Confusion }[];
}

const titles: Record<string, string> = {
  confusion: 'Validation',
  'text.confusion': 'Text alone, validation',
  'image.confusion': 'Photo alone, validation',
  'test.confusion': 'Test',
};

/** Every confusion matrix of a run, the longest sequence first: a fused model reports its parts by themselves. */
export function useConfusions(run: Run) {
  const { names } = useDatasetNames(run.dataset);
  const { data, error, refetch } = useQuery(figuresQuery(run.id));
  const groups = new Map<string, Confusions>();
  for (const { name, epoch, data: figure } of data ?? []) {
    const confusion = /(^|\.)confusion$/.test(name) ? confusionOf(figure, names) : null;
    if (!confusion) continue;
    const group = groups.get(name) ?? { name, title: titles[name] ?? name, epochs: [] };
    group.epochs.push({ epoch, confusion });
    groups.set(name, group);
  }
  const confusions = [...groups.values()].sort((a, b) => b.epochs.length - a.epochs.length);
  return { confusions: data && confusions, error, refetch };
}
