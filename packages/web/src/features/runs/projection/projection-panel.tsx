import { useMemo, useState } from 'react';
import { useTheme } from '@/shared/lib/theme';
import { EmptyState, ErrorState, SkeletonRows } from '@/shared/ui/states';
import { ToggleGroup } from '@/shared/ui/toggle-group';
import { EpochSlider } from '../epoch-slider';
import { useDatasetNames } from '../use-dataset-names';
import { isLive, type Run } from '../use-runs';
import { labelColour } from './colours';
import { LabelLegend } from './label-legend';
import { LabelTable } from './label-table';
import { inUnitSquare, type Layout, type ProjectedPhoto } from './projection';
import { ProjectionPlot } from './projection-plot';
import { useProjections } from './use-projections';

const layouts: { value: Layout; title: string }[] = [
  { value: 'map', title: 'Neighbours' },
  { value: 'pca', title: 'PCA' },
];

/** How the training's encoder arranges validation photos: what it takes for alike stands together. */
export function ProjectionPanel({ run }: { run: Run }) {
  const { epochs, error, refetch } = useProjections(run);
  const dataset = useDatasetNames(run.dataset);
  const { dark } = useTheme();
  const [layout, setLayout] = useState<Layout>('map');
  const [chosenEpoch, setChosenEpoch] = useState<number | null>(null);
  const [chosen, setChosen] = useState<ReadonlySet<string | null>>(new Set());
  const [active, setActive] = useState<number | null>(null);

  const last = (epochs?.length ?? 0) - 1;
  const photos = epochs?.[Math.min(chosenEpoch ?? last, last)]?.photos;
  const places = useMemo(() => inUnitSquare((photos ?? []).map((photo) => photo[layout])), [photos, layout]);
  const labels = useMemo(() => (photos ?? []).map(({ label }) => label), [photos]);
  const entries = useMemo(() => {
    const counts = new Map<string | null, number>();
    for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
    return [...counts]
      .sort((a, b) => b[1] - a[1] || String(a[0]).localeCompare(String(b[0])))
      .map(([label, count], n) => ({
        label,
        name: label === null ? 'No label' : (dataset.names.get(label) ?? label),
        photos: count,
        colour: labelColour(n, dark),
      }));
  }, [labels, dataset.names, dark]);
  const colours = useMemo(() => {
    const byLabel = new Map(entries.map(({ label, colour }) => [label, colour]));
    return labels.map((label) => (chosen.size === 0 || chosen.has(label) ? (byLabel.get(label) ?? null) : null));
  }, [labels, entries, chosen]);

  if (error) return <ErrorState error={error} retry={() => refetch()} />;
  if (!epochs) return <SkeletonRows />;
  if (!photos) {
    return (
      <EmptyState
        title={isLive(run) ? 'The first picture of the vectors is on its way' : 'This run drew no projection'}
      >
        Some validation photos are laid out by their vectors as the training goes on.
      </EmptyState>
    );
  }
  const photo = active === null ? undefined : photos[active];
  const nameOf = (label: string | null) => (label === null ? 'No label' : (dataset.names.get(label) ?? label));
  return (
    <div>
      <div className="mb-5 flex flex-wrap items-center gap-5">
        <ToggleGroup label="Layout" options={layouts} value={layout} onChange={setLayout} />
        <EpochSlider
          epochs={epochs.map(({ epoch }) => epoch)}
          at={Math.min(chosenEpoch ?? last, last)}
          onAt={setChosenEpoch}
        />
      </div>
      <div className="grid gap-8 lg:grid-cols-[minmax(0,1fr)_15rem]">
        <ProjectionPlot
          label={`${photos.length} photos by their vectors. Arrow keys go from photo to photo, plus and minus zoom, 0 shows all.`}
          places={places}
          colours={colours}
          active={active}
          onActive={setActive}
          card={
            photo && (
              <PhotoCard
                photo={photo}
                name={nameOf(photo.label)}
                source={dataset.snapshot === run.snapshot ? run.dataset : null}
              />
            )
          }
        />
        <LabelLegend entries={entries} chosen={chosen} onChosen={setChosen} />
      </div>
      <p aria-live="polite" className="sr-only">
        {photo && `${nameOf(photo.label)}${photo.row === null ? '' : `, row ${photo.row}`}`}
      </p>
      <p className="mt-4 max-w-prose text-sm text-muted">
        {layout === 'map'
          ? 'Photos whose vectors are neighbours stand together; how far groups are apart says little.'
          : 'The two directions in which the vectors vary most; distances are true along them, the others are left out.'}
      </p>
      <LabelTable labels={labels} places={places} nameOf={nameOf} />
    </div>
  );
}

/** @param source the data set whose rows are those of the run; null: it has changed since, or is gone */
function PhotoCard({ photo, name, source }: { photo: ProjectedPhoto; name: string; source: string | null }) {
  return (
    <>
      {source !== null && photo.row !== null && <RowPhoto key={photo.row} dataset={source} row={photo.row} />}
      <p className="truncate px-3 py-2 text-sm font-medium">{name}</p>
    </>
  );
}

function RowPhoto({ dataset, row }: { dataset: string; row: number }) {
  const [broken, setBroken] = useState(false);
  if (broken) return null;
  return (
    <img
      src={`/api/v1/datasets/${encodeURIComponent(dataset)}/rows/${row}/image`}
      alt=""
      onError={() => setBroken(true)}
      className="aspect-square w-full bg-paper object-contain"
    />
  );
}
