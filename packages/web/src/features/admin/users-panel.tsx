import { useState } from 'react';
import { ago } from '@/shared/lib/format';
import { type Role, type User, useMe } from '@/shared/session/session';
import { Badge } from '@/shared/ui/badge';
import { Button } from '@/shared/ui/button';
import { Confirm } from '@/shared/ui/confirm';
import { Pagination } from '@/shared/ui/pagination';
import { ErrorState, SkeletonRows } from '@/shared/ui/states';
import { Table, Td, Th } from '@/shared/ui/table';
import { NewUserDialog } from './new-user-dialog';
import { useDeleteUser, useUpdateUser, useUsers } from './use-admin';

const roles: Role[] = ['seller', 'engineer', 'admin'];

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
  const update = useUpdateUser();
  const remove = useDeleteUser();
  const self = user.id === me.id;
  return (
    <tr>
      <Td>
        <span className="font-medium">{user.name}</span> {user.disabled && <Badge tone="warning">disabled</Badge>}
        <p className="text-sm text-muted">{user.email}</p>
      </Td>
      <Td>
        <select
          aria-label={`Role of ${user.name}`}
          className="control w-auto! py-1!"
          value={user.role}
          disabled={self || update.isPending}
          onChange={(event) => update.mutate({ id: user.id, role: event.target.value as Role })}
        >
          {roles.map((role) => (
            <option key={role}>{role}</option>
          ))}
        </select>
      </Td>
      <Td right className="whitespace-nowrap text-muted">
        {user.lastSeenAt ? ago(user.lastSeenAt) : 'never'}
      </Td>
      <Td right>
        {self ? (
          <span className="text-sm text-muted">you</span>
        ) : (
          <div className="flex justify-end gap-2">
            <Button size="small" onClick={() => update.mutate({ id: user.id, disabled: !user.disabled })}>
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
          </div>
        )}
      </Td>
    </tr>
  );
}
