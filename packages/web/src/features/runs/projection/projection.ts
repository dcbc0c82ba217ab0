export type Place = readonly [x: number, y: number];

/** The two ways vectors are laid out in a plane: straight projection, or keeping neighbours together. */
export type Layout = 'pca' | 'map';

export interface ProjectedPhoto {
  /** In the snapshot; null where it has no such row. */
  row: number | null;
  /** Category code; null: none was given. */
  label: string | null;
  pca: Place;
  map: Place;
}

const isPlace = (value: unknown): value is Place =>
  Array.isArray(value) && value.length === 2 && value.every((one) => typeof one === 'number' && Number.isFinite(one));

/** The photos of the figure `projection`; those without a place are left out. Null: the figure is something else. */
export function projectionOf(data: unknown): ProjectedPhoto[] | null {
  const { points } = (data ?? {}) as { points?: unknown };
  if (!Array.isArray(points)) return null;
  return points.flatMap((point: unknown) => {
    const { row, label, pca, map } = (point ?? {}) as Record<string, unknown>;
    if (!isPlace(pca) || !isPlace(map)) return [];
    return {
      row: typeof row === 'number' ? row : null,
      label: label === null || label === undefined || label === '' ? null : String(label),
      pca,
      map,
    };
  });
}

/** The places of one layout moved into the unit square, shape kept, y upwards turned down as screens count. */
export function inUnitSquare(places: readonly Place[]): Place[] {
  const xs = places.map(([x]) => x);
  const ys = places.map(([, y]) => y);
  const [left, right, bottom, top] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const span = Math.max(right - left, top - bottom) || 1;
  return places.map(([x, y]) => [0.5 + (x - (left + right) / 2) / span, 0.5 - (y - (bottom + top) / 2) / span]);
}

export interface LabelSummary {
  label: string | null;
  photos: number;
  /** Of the photos' ten nearest in the plane, those of the same label: near 1 where a label keeps to itself. */
  together: number;
}

const NEAREST = 10;

/** The places nearest to one, itself left out. One pass with a short list: there are as many passes as places. */
function nearestOf(index: number, places: readonly Place[]): number[] {
  const [x, y] = places[index] ?? [0, 0];
  const found: { at: number; distance: number }[] = [];
  for (const [at, [u, v]] of places.entries()) {
    const distance = (u - x) ** 2 + (v - y) ** 2;
    const last = found[NEAREST - 1];
    if (at === index || (last && distance >= last.distance)) continue;
    const before = found.findIndex((one) => one.distance > distance);
    found.splice(before < 0 ? found.length : before, 0, { at, distance });
    found.length = Math.min(found.length, NEAREST);
  }
  return found.map(({ at }) => at);
}

/** Labels, the most frequent first, with how well each keeps together in these places. */
export function labelSummaries(labels: readonly (string | null)[], places: readonly Place[]): LabelSummary[] {
  const sums = new Map<string | null, { photos: number; same: number; near: number }>();
  for (const i of places.keys()) {
    const nearest = nearestOf(i, places);
    const label = labels[i] ?? null;
    const sum = sums.get(label) ?? { photos: 0, same: 0, near: 0 };
    sum.photos += 1;
    sum.near += nearest.length;
    sum.same += nearest.filter((j) => (labels[j] ?? null) === label).length;
    sums.set(label, sum);
  }
  return [...sums]
    .map(([label, { photos, same, near }]) => ({ label, photos, together: near === 0 ? 0 : same / near }))
    .sort((a, b) => b.photos - a.photos || String(a.label).localeCompare(String(b.label)));
}
