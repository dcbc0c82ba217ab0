import { type FormEvent, useState } from 'react';
import { messageOf } from '@/shared/api/client';
import type { Role } from '@/shared/session/session';
import { Button } from '@/shared/ui/button';
import { Dialog } from '@/shared/ui/dialog';
import { Field } from '@/shared/ui/field';
import { useCreateUser } from './use-admin';

const roles: { value: Role; title: string }[] = [
  { value: 'seller', title: 'Seller: lists and browses products' },
  { value: 'engineer', title: 'Engineer: also data, runs and models' },
  { value: 'admin', title: 'Administrator: everything' },
];

export function NewUserDialog({ onClose }: { onClose(): void }) {
  const [draft, setDraft] = useState({ name: '', email: '', password: '', role: 'seller' as Role });
  const create = useCreateUser();
  function submit(event: FormEvent) {
    event.preventDefault();
    create.mutate(draft, { onSuccess: onClose });
  }
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title="New account">
      <form onSubmit={submit} className="flex flex-col gap-5">
        <Field label="Name">
          {(control) => (
            <input
              {...control}
              className="control"
              required
              maxLength={100}
              value={draft.name}
              onChange={(event) => setDraft({ ...draft, name: event.target.value })}
            />
          )}
        </Field>
        <Field label="Email">
          {(control) => (
            <input
              {...control}
              className="control"
              type="email"
              required
              value={draft.email}
              onChange={(event) => setDraft({ ...draft, email: event.target.value })}
            />
          )}
        </Field>
        <Field label="Password" hint="At least 10 characters; hand it over safely.">
          {(control) => (
            <input
              {...control}
              className="control"
              type="password"
              required
              minLength={10}
              autoComplete="new-password"
              value={draft.password}
              onChange={(event) => setDraft({ ...draft, password: event.target.value })}
            />
          )}
        </Field>
        <Field label="Role">
          {(control) => (
            <select
              {...control}
              className="control"
              value={draft.role}
              onChange={(event) => setDraft({ ...draft, role: event.target.value as Role })}
            >
              {roles.map(({ value, title }) => (
                <option key={value} value={value}>
                  {title}
                </option>
              ))}
            </select>
          )}
        </Field>
        {create.error && (
          <p role="alert" className="text-sm text-danger">
            {messageOf(create.error)}
          </p>
        )}
        <Button type="submit" variant="primary" busy={create.isPending} className="self-start">
          Create account
        </Button>
      </form>
    </Dialog>
  );
}
