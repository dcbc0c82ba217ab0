import { type FormEvent, useState } from 'react';
import { messageOf } from '@/shared/api/client';
import { Button } from '@/shared/ui/button';
import { Dialog } from '@/shared/ui/dialog';
import { Field } from '@/shared/ui/field';
import { toast } from '@/shared/ui/toast';
import { useUploadDataset } from './use-change-datasets';

const formats = [
  { value: 'products', title: 'Products: CSV or JSON lines', hint: 'One product a row, with a header.' },
  { value: 'rakuten', title: 'Rakuten: CSV', hint: 'X with Y as labels, or one file with text and prdtypecode.' },
  { value: 'fashion-mnist', title: 'Fashion-MNIST: idx pictures', hint: 'The pictures, and their labels beside.' },
];
const columns = ['title', 'description', 'label', 'image', 'id'];

/** Uploads a file as a data set, with which of its columns is what. */
export function ImportDialog({ open, onOpenChange }: { open: boolean; onOpenChange(open: boolean): void }) {
  const upload = useUploadDataset();
  const [name, setName] = useState('');
  const [format, setFormat] = useState('products');
  const [file, setFile] = useState<File | null>(null);
  const [labels, setLabels] = useState<File | null>(null);
  const [map, setMap] = useState<Record<string, string>>({});

  function submit(event: FormEvent) {
    event.preventDefault();
    if (!file) return;
    const filled = Object.fromEntries(Object.entries(map).filter(([, column]) => column.trim()));
    upload.mutate(
      { name, format, file, labels: format === 'products' ? null : labels, map: format === 'products' ? filled : {} },
      {
        onSuccess: () => {
          toast('Import started', { description: name });
          onOpenChange(false);
        },
      },
    );
  }

  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Import a data set" wide>
      <form onSubmit={submit} className="flex flex-col gap-5">
        <Field label="File">
          {(control) => (
            <input
              {...control}
              type="file"
              required
              className="control file:mr-3 file:rounded file:border-0 file:bg-paper file:px-3 file:py-1 file:text-ink"
              onChange={(event) => {
                const chosen = event.target.files?.[0] ?? null;
                setFile(chosen);
                if (chosen && !name)
                  setName(
                    chosen.name
                      .replace(/\..*$/, '')
                      .replace(/[^a-z0-9._-]+/gi, '-')
                      .toLowerCase(),
                  );
              }}
            />
          )}
        </Field>
        <div className="grid gap-5 sm:grid-cols-2">
          <Field label="Name" hint="Letters, digits, dot, dash, underscore.">
            {(control) => (
              <input
                {...control}
                className="control"
                required
                pattern="[A-Za-z0-9][A-Za-z0-9._\-]{0,99}"
                value={name}
                onChange={(event) => setName(event.target.value)}
              />
            )}
          </Field>
          <Field label="Format" hint={formats.find(({ value }) => value === format)?.hint}>
            {(control) => (
              <select
                {...control}
                className="control"
                value={format}
                onChange={(event) => setFormat(event.target.value)}
              >
                {formats.map(({ value, title }) => (
                  <option key={value} value={value}>
                    {title}
                  </option>
                ))}
              </select>
            )}
          </Field>
        </div>
        {format === 'products' ? (
          <details>
            <summary className="text-sm font-semibold">Columns have other names</summary>
            <p className="mt-2 mb-3 text-sm text-muted">Write the file’s own column beside what it holds.</p>
            <div className="grid gap-3 sm:grid-cols-2">
              {columns.map((column) => (
                <Field key={column} label={column}>
                  {(control) => (
                    <input
                      {...control}
                      className="control"
                      placeholder={column}
                      value={map[column] ?? ''}
                      onChange={(event) => setMap({ ...map, [column]: event.target.value })}
                    />
                  )}
                </Field>
              ))}
            </div>
          </details>
        ) : (
          <Field label="Labels file" optional={format === 'rakuten'}>
            {(control) => (
              <input
                {...control}
                type="file"
                required={format === 'fashion-mnist'}
                className="control"
                onChange={(event) => setLabels(event.target.files?.[0] ?? null)}
              />
            )}
          </Field>
        )}
        {upload.error && (
          <p role="alert" className="rounded-md bg-danger-tint px-3 py-2.5 text-sm text-danger">
            {messageOf(upload.error)}
          </p>
        )}
        <Button type="submit" variant="primary" busy={upload.isPending} className="self-start">
          Import
        </Button>
      </form>
    </Dialog>
  );
}
