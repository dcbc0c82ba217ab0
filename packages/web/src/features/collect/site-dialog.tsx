import { type FormEvent, useState } from 'react';
import { Button } from '@/shared/ui/button';
import { Dialog } from '@/shared/ui/dialog';
import { Field } from '@/shared/ui/field';
import { FormError } from '@/shared/ui/form-error';
import { PreviewPanel } from './preview-panel';
import { type Site, useReadyConfigs, useSaveSite, useStartCollect } from './use-collect';

/** A site's config in YAML, begun with a ready one, and tried on a page before it is saved. */
export function SiteDialog({ site, onClose }: { site?: Site; onClose(): void }) {
  const { data: ready = [] } = useReadyConfigs();
  const [written, setWritten] = useState(site?.config);
  const config = written ?? ready.find(({ name }) => name === 'schema-org')?.config ?? '';
  const dirty = written !== undefined && ![site, ...ready].some((one) => one?.config === written);
  const save = useSaveSite();
  const start = useStartCollect();

  function submit(event: FormEvent) {
    event.preventDefault();
    save.mutate(config, {
      onSuccess: (saved) => {
        if (!site) start.mutate({ name: (saved as Site).name, acceptGone: false });
        onClose();
      },
    });
  }

  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={site ? site.name : 'Add a site'} wide dirty={dirty}>
      <form onSubmit={submit} className="flex flex-col gap-5">
        {!site && (
          <Field label="Begin with">
            {(control) => (
              <select
                {...control}
                className="control"
                defaultValue="schema-org"
                onChange={(event) => setWritten(ready.find(({ name }) => name === event.target.value)?.config)}
              >
                {ready.map(({ name }) => (
                  <option key={name}>{name}</option>
                ))}
              </select>
            )}
          </Field>
        )}
        <Field label="Config" hint="YAML: where the crawl starts, which links it follows, where each field stands.">
          {(control) => (
            <textarea
              {...control}
              className="control min-h-72 font-mono text-[0.8125rem]"
              spellCheck={false}
              required
              value={config}
              onChange={(event) => setWritten(event.target.value)}
            />
          )}
        </Field>
        <FormError error={save.error} />
        <div>
          <Button type="submit" variant="primary" busy={save.isPending}>
            {site ? 'Save' : 'Save and collect'}
          </Button>
        </div>
      </form>
      <PreviewPanel config={config} />
    </Dialog>
  );
}
