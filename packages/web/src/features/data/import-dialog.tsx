import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { percent } from '@/shared/lib/format';
import { Button } from '@/shared/ui/button';
import { Dialog } from '@/shared/ui/dialog';
import { Field } from '@/shared/ui/field';
import { FormError } from '@/shared/ui/form-error';
import { Progress } from '@/shared/ui/progress';
import { SelectField } from '@/shared/ui/select-field';
import { TextField } from '@/shared/ui/text-field';
import { ColumnFields } from './column-fields';
import { DataDrop } from './data-drop';
import { type Chosen, columnsOf, nameAfter, sorted } from './file-columns';
import { useUploadDataset } from './use-change-datasets';
import type { Dataset } from './use-datasets';

const formats = [
  { value: 'products', title: 'Products', hint: 'A product a row, with a header: CSV, JSON or Parquet.' },
  { value: 'rakuten', title: 'Rakuten challenge', hint: 'X with Y as labels, or one file with text and prdtypecode.' },
  { value: 'fashion-mnist', title: 'Fashion-MNIST pictures', hint: 'An idx file of pictures, and one of labels.' },
];
const nothing: Chosen = { file: null, photos: [] };

interface ImportDialogProps {
  onClose(): void;
  /** The data set to import into once more; a new one unless said. */
  again?: Pick<Dataset, 'name' | 'format'>;
}

/** Uploads a table, an archive, or a table with photos as a data set, and says which of its columns is what. */
export function ImportDialog({ onClose, again }: ImportDialogProps) {
  const navigate = useNavigate();
  const upload = useUploadDataset();
  const [name, setName] = useState(again?.name ?? '');
  const [format, setFormat] = useState(again?.format ?? 'products');
  const [chosen, setChosen] = useState(nothing);
  const [columns, setColumns] = useState<string[]>([]);
  const [labels, setLabels] = useState<File | null>(null);
  const [map, setMap] = useState<Record<string, string>>({});
  const products = format === 'products';

  async function take(files: File[]) {
    const next = sorted(files, chosen);
    setChosen(next);
    upload.reset();
    if (!next.file || next.file === chosen.file) return;
    setName((before) => before || nameAfter(next.file as File));
    setMap({});
    setColumns(await columnsOf(next.file));
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    if (!chosen.file) return;
    const filled = Object.fromEntries(Object.entries(map).filter(([, column]) => column.trim()));
    upload.mutate(
      {
        ...{ name, format, file: chosen.file, photos: chosen.photos },
        ...(products ? { labels: null, map: filled } : { labels, map: {} }),
      },
      {
        onSuccess: () => {
          onClose();
          void navigate({ to: '/data/$name', params: { name } });
        },
      },
    );
  }

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={again ? `Import ${again.name} again` : 'Import a data set'}
      wide
      dirty={chosen.file !== null || chosen.photos.length > 0 || labels !== null || name !== (again?.name ?? '')}
    >
      <form onSubmit={submit} className="flex flex-col gap-6">
        <DataDrop chosen={chosen} onFiles={take} onClear={() => setChosen(nothing)} />
        <div className="grid gap-5 sm:grid-cols-2">
          <TextField
            label="Name"
            hint="Letters, digits, dot, dash, underscore."
            required
            readOnly={again !== undefined}
            pattern="[A-Za-z0-9][A-Za-z0-9._\-]{0,99}"
            value={name}
            onChange={setName}
          />
          <SelectField
            label="Format"
            hint={formats.find(({ value }) => value === format)?.hint}
            value={format}
            choices={formats}
            onChange={setFormat}
          />
        </div>
        {products ? (
          chosen.file && <ColumnFields columns={columns} map={map} onChange={setMap} />
        ) : (
          <LabelsField onChoose={setLabels} />
        )}
        <FormError error={upload.error} />
        <div className="flex flex-wrap items-center gap-5">
          <Button type="submit" variant="primary" busy={upload.isPending} disabled={!chosen.file}>
            Import
          </Button>
          {upload.isPending && <UploadProgress sent={upload.sent} />}
        </div>
      </form>
    </Dialog>
  );
}

function LabelsField({ onChoose }: { onChoose(file: File | null): void }) {
  return (
    <Field label="Labels file" optional hint="Not needed in an archive that holds it.">
      {(control) => (
        <input
          {...control}
          type="file"
          className="control file:mr-3 file:rounded file:border-0 file:bg-paper file:px-3 file:py-1 file:text-ink"
          onChange={(event) => onChoose(event.target.files?.[0] ?? null)}
        />
      )}
    </Field>
  );
}

/** @param sent share of the files that is on its way */
function UploadProgress({ sent }: { sent: number }) {
  return (
    <div className="flex flex-1 items-center gap-3 text-sm text-muted tabular-nums">
      <Progress label="Upload" fraction={sent} />
      {percent(sent)}
    </div>
  );
}
