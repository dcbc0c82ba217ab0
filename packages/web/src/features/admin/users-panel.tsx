import { useState } from 'react';
import { ago } from '@/shared/lib/format';
import { type User, useMe } from '@/shared/session/session';
import { Badge } from '@/shared/ui/badge';
import { Button } from '@/shared/ui/button';
import { Confirm } from '@/shared/ui/confirm';
import { Pagination } from '@/shared/ui/pagination';
import { ErrorState, SkeletonRows } from '@/shared/ui/states';
import { Table, Td, Th } from '@/shared/ui/table';
import { toastError } from '@/shared/ui/toast';
import { NewUserDialog } from './new-user-dialog';
import { RoleDialog } from './role-dialog';
import { useDeleteUser, useUpdateUser, useUsers } from './use-admin';

export function UsersPanel() {
  const [page, setPage] = useState(1);
  const [creating, setCreating] = useState(false);
  const { data, error, refetch } = useUsers(page);
  if (!data) return error ? <ErrorState error={error} retry={() => refetch()} /> : <SkeletonRows />;
  return (
    <>
      <div className="mb-4 flex justify-end">
        <Button variant="primary" onClick={() => setCreating(true)}>
          New account
        </Button>
      </div>
      <Table
        label="Accounts"
        head={
          <>
            <Th>Name</Th>
            <Th>Role</Th>
            <Th right>Last seen</Th>
            <Th right>Actions</Th>
          </>
        }
      >
        {data.items.map((user) => (
          <Row key={user.id} user={user} />
        ))}
      </Table>
      <Pagination {...data} onPage={setPage} />
      {creating && <NewUserDialog onClose={() => setCreating(false)} />}
    </>
  );
}

function Row({ user }: { user: User }) {
  const me = useMe();
  return (
    <tr>
      <Td>
        <span className="font-medium">{user.name}</span> {user.disabled && <Badge tone="warning">disabled</Badge>}
        <p className="text-sm text-muted">{user.email}</p>
      </Td>
      <Td>{user.role}</Td>
      <Td right className="whitespace-nowrap text-muted">
        {user.lastSeenAt ? ago(user.lastSeenAt) : 'never'}
      </Td>
      <Td right>{user.id === me.id ? <span className="text-sm text-muted">you</span> : <Actions user={user} />}</Td>
    </tr>
  );
}

function Actions({ user }: { user: User }) {
  const update = useUpdateUser();
  const remove = useDeleteUser();
  const [changing, setChanging] = useState(false);
  const onError = (error: unknown) => toastError('The account was not changed', error);
  return (
    <div className="flex justify-end gap-2">
      <Button size="small" onClick={() => setChanging(true)}>
        Change role
      </Button>
      <Button size="small" onClick={() => update.mutate({ id: user.id, disabled: !user.disabled }, { onError })}>
        {user.disabled ? 'Enable' : 'Disable'}
      </Button>
      <Confirm
        danger
        trigger={
          <Button size="small" variant="danger">
            Delete
          </Button>
        }
        title={`Delete ${user.name}?`}
        description="The account, its sessions and keys go. Products it listed stay."
        action="Delete the account"
        onConfirm={() => remove.mutate(user.id)}
      />
      {changing && <RoleDialog user={user} onClose={() => setChanging(false)} />}
    </div>
  );
}
