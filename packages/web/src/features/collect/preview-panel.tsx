import type { Schemas } from '@vitrine/client';
import { type FormEvent, useState } from 'react';
import { counted } from '@/shared/lib/format';
import { Button } from '@/shared/ui/button';
import { FormError } from '@/shared/ui/form-error';
import { Table, Td, Th } from '@/shared/ui/table';
import { TextField } from '@/shared/ui/text-field';
import { usePreview } from './use-collect';

const SHOWN = 3;

/** What the config reads from one page, before anything is collected. */
export function PreviewPanel({ config }: { config: string }) {
  const [url, setUrl] = useState('');
  const preview = usePreview();
  function submit(event: FormEvent) {
    event.preventDefault();
    preview.mutate({ config, url });
  }
  const { data } = preview;
  return (
    <section className="mt-8 border-t border-line pt-6" aria-label="Preview">
      <form onSubmit={submit} className="flex flex-col gap-4">
        <TextField
          label="Try it on a page"
          type="url"
          required
          placeholder="https://shop.example/a-product"
          value={url}
          onChange={setUrl}
        />
        <div>
          <Button type="submit" busy={preview.isPending}>
            Preview
          </Button>
        </div>
      </form>
      <FormError error={preview.error} />
      {data && (
        <div className="mt-5 flex flex-col gap-5" aria-live="polite">
          <p className="text-sm text-muted">
            {counted(data.products.length, 'product')}, {counted(data.links.length, 'page')} to go on with
          </p>
          {data.products.slice(0, SHOWN).map((found) => (
            <Found key={found.product.url + found.product.id} found={found} />
          ))}
        </div>
      )}
    </section>
  );
}

function Found({ found: { product, origins } }: { found: Schemas['CollectPreview']['products'][number] }) {
  return (
    <Table
      label={product.name}
      head={
        <>
          <Th>Field</Th>
          <Th>Value</Th>
          <Th>From</Th>
        </>
      }
    >
      {Object.entries(product).map(([field, value]) => (
        <tr key={field}>
          <Td>{field}</Td>
          <Td className="max-w-72 text-sm wrap-anywhere">
            {Array.isArray(value) ? value.join(' › ') : String(value ?? '–').slice(0, 200)}
          </Td>
          <Td className="max-w-56 font-mono text-xs wrap-anywhere text-muted">
            {origins[field] ? JSON.stringify(origins[field]) : '–'}
          </Td>
        </tr>
      ))}
    </Table>
  );
}
