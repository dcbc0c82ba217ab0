import { type FormEvent, useState } from 'react';
import { messageOf } from '@/shared/api/client';
import type { User } from '@/shared/session/session';
import { Button } from '@/shared/ui/button';
import { TextField } from '@/shared/ui/text-field';
import { toast } from '@/shared/ui/toast';
import { useUpdateMe } from './use-account';

export function ProfilePanel({ me }: { me: User }) {
  return (
    <div className="grid max-w-4xl gap-12 md:grid-cols-2">
      <NameForm me={me} />
      <PasswordForm email={me.email} />
    </div>
  );
}

function NameForm({ me }: { me: User }) {
  const [name, setName] = useState(me.name);
  const update = useUpdateMe();
  function submit(event: FormEvent) {
    event.preventDefault();
    update.mutate({ name }, { onSuccess: () => toast('Name saved') });
  }
  return (
    <form onSubmit={submit} className="flex flex-col gap-5">
      <h2 className="font-display text-2xl">Name</h2>
      <TextField
        label="Name"
        error={update.error ? messageOf(update.error) : undefined}
        required
        maxLength={100}
        autoComplete="name"
        value={name}
        onChange={setName}
      />
      <Button type="submit" busy={update.isPending} disabled={name === me.name} className="self-start">
        Save name
      </Button>
    </form>
  );
}

function PasswordForm({ email }: { email: string }) {
  const [currentPassword, setCurrent] = useState('');
  const [password, setPassword] = useState('');
  const update = useUpdateMe();
  function submit(event: FormEvent) {
    event.preventDefault();
    update.mutate(
      { currentPassword, password },
      {
        onSuccess: () => {
          setCurrent('');
          setPassword('');
          toast('Password changed', { description: 'Other sessions were signed out.' });
        },
      },
    );
  }
  return (
    <form onSubmit={submit} className="flex flex-col gap-5">
      <h2 className="font-display text-2xl">Password</h2>
      <input type="text" hidden readOnly autoComplete="username" value={email} />
      <TextField
        label="Current password"
        type="password"
        required
        autoComplete="current-password"
        value={currentPassword}
        onChange={setCurrent}
      />
      <TextField
        label="New password"
        hint="At least 10 characters. Other sessions are signed out."
        error={update.error ? messageOf(update.error) : undefined}
        type="password"
        required
        minLength={10}
        maxLength={200}
        autoComplete="new-password"
        value={password}
        onChange={setPassword}
      />
      <Button type="submit" busy={update.isPending} className="self-start">
        Change password
      </Button>
    </form>
  );
}
