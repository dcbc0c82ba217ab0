import { type FormEvent, useState } from 'react';
import type { User } from '@/shared/session/session';
import { Button } from '@/shared/ui/button';
import { Dialog } from '@/shared/ui/dialog';
import { FormError } from '@/shared/ui/form-error';
import { SelectField } from '@/shared/ui/select-field';
import { roles } from './roles';
import { useUpdateUser } from './use-admin';

/** Gives an account another role, once that is confirmed: it ends the account’s sessions. */
export function RoleDialog({ user, onClose }: { user: User; onClose(): void }) {
  const [role, setRole] = useState(user.role);
  const update = useUpdateUser();
  function submit(event: FormEvent) {
    event.preventDefault();
    update.mutate({ id: user.id, role }, { onSuccess: onClose });
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Role of ${user.name}`}
      description="With another role the account is signed out everywhere."
    >
      <form onSubmit={submit} className="flex flex-col gap-5">
        <SelectField label="Role" value={role} choices={roles} onChange={setRole} />
        <FormError error={update.error} />
        <Button
          type="submit"
          variant="primary"
          busy={update.isPending}
          disabled={role === user.role}
          className="self-start"
        >
          Change role
        </Button>
      </form>
    </Dialog>
  );
}
