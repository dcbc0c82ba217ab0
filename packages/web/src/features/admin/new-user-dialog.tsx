import { type FormEvent, useState } from 'react';
import type { Role } from '@/shared/session/session';
import { Button } from '@/shared/ui/button';
import { Dialog } from '@/shared/ui/dialog';
import { FormError } from '@/shared/ui/form-error';
import { SelectField } from '@/shared/ui/select-field';
import { TextField } from '@/shared/ui/text-field';
import { roles } from './roles';
import { useCreateUser } from './use-admin';

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
        <SelectField
          label="Role"
          value={draft.role}
          choices={roles}
          onChange={(role) => setDraft({ ...draft, role })}
        />
        <FormError error={create.error} />
        <Button type="submit" variant="primary" busy={create.isPending} className="self-start">
          Create account
        </Button>
      </form>
    </Dialog>
  );
}
