import { type FormEvent, useState } from 'react';
import type { Role } from '@/shared/session/session';
import { Button } from '@/shared/ui/button';
import { Dialog } from '@/shared/ui/dialog';
import { Field } from '@/shared/ui/field';
import { FormError } from '@/shared/ui/form-error';
import { TextField } from '@/shared/ui/text-field';
import { useCreateUser } from './use-admin';

const roles: { value: Role; title: string }[] = [
  { value: 'seller', title: 'Seller: lists and browses products' },
  { value: 'engineer', title: 'Engineer: also data, runs and models' },
  { value: 'admin', title: 'Administrator: everything' },
];

export function NewUserDialog({ onClose }: { onClose(): void }) {
  const [draft, setDraft] = useState({ name: '', email: '', password: '', role: 'seller' as Role });
  const create = useCreateUser();
  const written = Boolean(draft.name || draft.email || draft.password);
  function submit(event: FormEvent) {
    event.preventDefault();
    create.mutate(draft, { onSuccess: onClose });
  }
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title="New account" dirty={written}>
      <form onSubmit={submit} className="flex flex-col gap-5">
        <TextField
          label="Name"
          required
          maxLength={100}
          value={draft.name}
          onChange={(name) => setDraft({ ...draft, name })}
        />
        <TextField
          label="Email"
          type="email"
          required
          value={draft.email}
          onChange={(email) => setDraft({ ...draft, email })}
        />
        <TextField
          label="Password"
          hint="At least 10 characters; hand it over safely."
          type="password"
          required
          minLength={10}
          autoComplete="new-password"
          value={draft.password}
          onChange={(password) => setDraft({ ...draft, password })}
        />
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
        <FormError error={create.error} />
        <Button type="submit" variant="primary" busy={create.isPending} className="self-start">
          Create account
        </Button>
      </form>
    </Dialog>
  );
}
