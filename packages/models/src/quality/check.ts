import type { Manifest, SnapshotRow } from '../snapshot/manifest.js';
import { normaliseText } from '../snapshot/min-hash.js';
import type { Snapshot } from '../snapshot/snapshot.js';
import { textKey } from '../snapshot/text-key.js';
import { doubtfulLabels, hashedWords, type LabelledText } from './label-doubts.js';

export interface Problem {
  code: string;
  message: string;
  count: number;
  /** Ids, or what else names the case, with a remark. */
  examples: string[];
}

export interface QualityReport {
  rows: number;
  problems: Problem[];
}

const EXAMPLES = 10;
/** Fewer products than this measure nothing and teach little. */
const RARE = 10;

/**
 * Looks through a snapshot for what makes models worse or their measures wrong: duplicates (also under different labels),
 * rare classes, rows without text or label, labels that the words contradict, and what the import met.
 * About 1 kB of memory a row.
 */
export async function checkSnapshot(
  snapshot: Pick<Snapshot, 'manifest' | 'rows'>,
  signal?: AbortSignal,
): Promise<QualityReport> {
  const copies = new Map<string, string[]>();
  const groups = new Map<number, { id: string; label: string | undefined }[]>();
  const labelled: LabelledText[] = [];
  const empty = { text: [] as string[], label: [] as string[] };
  for await (const row of snapshot.rows()) {
    signal?.throwIfAborted();
    const { id, label, group } = row;
    const text = `${row.title ?? ''}\n${row.description ?? ''}`;
    const normalised = normaliseText(text);
    push(copies, textKey(`${normalised}\n${row.image?.sha256 ?? ''}`), id);
    push(groups, group, { id, label });
    if (!normalised) empty.text.push(id);
    if (label === undefined) empty.label.push(id);
    else if (normalised) labelled.push({ id, label, group, features: hashedWords(text) });
  }
  const { manifest } = snapshot;
  const hasText = manifest.fields.title + manifest.fields.description > 0;
  const found = [
    ...duplicates(copies, groups, !manifest.problems?.some(({ code }) => code === 'duplicate.apart')),
    ...rareClasses(manifest),
    ...(hasText
      ? problem('text.empty', 'Products without text: only a picture can tell their category.', empty.text)
      : []),
    ...(manifest.fields.label > 0
      ? problem('label.missing', 'Products without a label: nothing is learnt from them.', empty.label)
      : []),
    ...suspects(labelled),
    ...(manifest.problems ?? []),
  ];
  return { rows: manifest.rows, problems: found };
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const values = map.get(key);
  if (values) values.push(value);
  else map.set(key, [value]);
}

function problem(code: string, message: string, examples: string[], count = examples.length): Problem[] {
  return count === 0 ? [] : [{ code, message, count, examples: examples.slice(0, EXAMPLES) }];
}

function duplicates(
  copies: Map<string, string[]>,
  groups: Map<number, { id: string; label: SnapshotRow['label'] }[]>,
  isTogether: boolean,
): Problem[] {
  const exact = [...copies.values()].filter((ids) => ids.length > 1);
  const near = [...groups.values()].filter((rows) => rows.length > 1);
  const crossing = near.filter((rows) => new Set(rows.flatMap(({ label }) => label ?? [])).size > 1);
  const surplus = (sets: unknown[][]) => sets.reduce((sum, set) => sum + set.length - 1, 0);
  return [
    ...problem(
      'duplicate.exact',
      'Products with the same text and picture as an earlier one; one of each is enough.',
      exact.map((ids) => ids.slice(0, 5).join(', ')),
      surplus(exact),
    ),
    ...problem(
      'duplicate.near',
      `Products nearly the same as another, copies included. ${isTogether ? 'They' : 'But for those kept apart, they'} stay together in one split, so measures are honest.`,
      near.map((rows) =>
        rows
          .slice(0, 5)
          .map(({ id }) => id)
          .join(', '),
      ),
      surplus(near),
    ),
    ...problem(
      'duplicate.labels',
      'Groups of near-duplicates under different labels: at most one label of each can be right.',
      crossing.map((rows) =>
        rows
          .slice(0, 5)
          .map(({ id, label }) => `${id}: ${label ?? 'none'}`)
          .join(', '),
      ),
    ),
  ];
}

function rareClasses({ classes }: Manifest): Problem[] {
  const rare = classes.filter(({ rows }) => rows < RARE).sort((a, b) => a.rows - b.rows);
  return problem(
    'class.rare',
    `Classes with fewer than ${RARE} products: add products, or join the class with its neighbour.`,
    rare.map(({ code, rows }) => `${code}: ${rows}`),
  );
}

function suspects(labelled: LabelledText[]): Problem[] {
  return problem(
    'label.suspect',
    'The words speak for another class than the label. Look at them, the surest first; not all are wrong.',
    doubtfulLabels(labelled).map(({ id, label, suggested }) => `${id}: ${label}, rather ${suggested}?`),
  );
}
