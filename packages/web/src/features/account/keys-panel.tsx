import type { Schemas } from '@vitrine/client';
import { type FormEvent, useState } from 'react';
import { ago, date } from '@/shared/lib/format';
import { usePaged } from '@/shared/lib/use-paged';
import { mayAct, type Role, type User } from '@/shared/session/session';
import { Button } from '@/shared/ui/button';
import { Confirm } from '@/shared/ui/confirm';
import { FormError } from '@/shared/ui/form-error';
import { Pagination } from '@/shared/ui/pagination';
import { EmptyState, ErrorState, SkeletonRows } from '@/shared/ui/states';
import { TextField } from '@/shared/ui/text-field';
import { toast } from '@/shared/ui/toast';
import { useCreateKey, useKeys, useRevokeKey } from './use-account';

type Scope = Schemas['ApiKey']['scopes'][number];
const scopes: { value: Scope; title: string; least: Role }[] = [
  { value: 'predict', title: 'Predict', least: 'seller' },
  { value: 'catalogue', title: 'Catalogue', least: 'seller' },
  { value: 'train', title: 'Train', least: 'engineer' },
  { value: 'admin', title: 'Administer', least: 'admin' },
];

export function KeysPanel({ me }: { me: User }) {
  const { data, error, refetch } = useKeys();
  const revoke = useRevokeKey();
  const { shown, pages } = usePaged(data ?? [], 20);
  return (
    <div className="grid gap-12 lg:grid-cols-[minmax(0,1fr)_22rem]">
      <div>
        {error ? (
          <ErrorState error={error} retry={() => refetch()} />
        ) : !data ? (
          <SkeletonRows rows={3} />
        ) : data.length === 0 ? (
          <EmptyState title="No keys">A key lets a program call the API in your name.</EmptyState>
        ) : (
          <ul className="divide-y divide-line">
            {shown.map((key) => (
              <li key={key.id} className="flex flex-wrap items-center justify-between gap-4 py-4">
                <div className="min-w-0">
                  <p className="font-medium">
                    {key.name} <code className="ml-2 text-sm text-muted">{key.prefix}…</code>
                  </p>
                  <p className="text-sm text-muted">
                    {key.scopes.join(', ')}; made {ago(key.createdAt)};{' '}
                    {key.lastUsedAt ? `used ${ago(key.lastUsedAt)}` : 'never used'}
                    {key.expiresAt && `; until ${date(key.expiresAt)}`}
                  </p>
                </div>
                <Confirm
                  danger
                  trigger={
                    <Button size="small" variant="danger">
                      Revoke
                    </Button>
                  }
                  title={`Revoke ${key.name}?`}
                  description="Programs that use it are refused from now on."
                  action="Revoke the key"
                  onConfirm={() => revoke.mutate(key.id)}
                />
              </li>
            ))}
          </ul>
        )}
        <Pagination {...pages} />
      </div>
      <NewKey me={me} />
    </div>
  );
}

function NewKey({ me }: { me: User }) {
  const [name, setName] = useState('');
  const [chosen, setChosen] = useState<Scope[]>(['predict']);
  const create = useCreateKey();

  function submit(event: FormEvent) {
    event.preventDefault();
    create.mutate({ name, scopes: chosen }, { onSuccess: () => setName('') });
  }

  return (
    <form onSubmit={submit} className="flex flex-col gap-5 self-start rounded-xl bg-paper p-6">
      <h2 className="font-display text-2xl">New key</h2>
      <TextField label="Name" required maxLength={100} value={name} onChange={setName} />
      <fieldset>
        <legend className="mb-2 text-sm font-semibold">May</legend>
        {scopes
          .filter(({ least }) => mayAct(me.role, least))
          .map(({ value, title }) => (
            <label key={value} className="flex items-center gap-2.5 py-1">
              <input
                type="checkbox"
                className="size-4 accent-(--accent)"
                checked={chosen.includes(value)}
                onChange={(event) =>
                  setChosen(event.target.checked ? [...chosen, value] : chosen.filter((one) => one !== value))
                }
              />
              {title}
            </label>
          ))}
      </fieldset>
      <FormError error={create.error} />
      <Button type="submit" variant="primary" busy={create.isPending} disabled={chosen.length === 0}>
        Create key
      </Button>
      {create.data && (
        <div role="status" className="rounded-md bg-tint p-4">
          <p className="text-sm">Copy it now: it is not shown again.</p>
          <code className="mt-2 block text-sm break-all select-all">{create.data.secret}</code>
          {/* Browsers let pages over HTTPS and this machine's own alone copy; elsewhere a click marks the whole key. */}
          {window.isSecureContext && (
            <Button
              size="small"
              className="mt-3"
              onClick={() => navigator.clipboard.writeText(create.data.secret).then(() => toast('Key copied'))}
            >
              Copy
            </Button>
          )}
        </div>
      )}
    </form>
  );
}
