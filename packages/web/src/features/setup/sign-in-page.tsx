import { useQuery } from '@tanstack/react-query';
import { useRouter, useSearch } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { messageOf } from '@/shared/api/client';
import { setupQuery } from '@/shared/session/session';
import { Button } from '@/shared/ui/button';
import { type AccountDraft, AccountFields } from './account-fields';
import { Entrance } from './entrance';
import { useRegister, useSignIn } from './use-sign-in';

export function SignInPage() {
  const [draft, setDraft] = useState<AccountDraft>({ name: '', email: '', password: '' });
  const [registering, setRegistering] = useState(false);
  const { data: setup } = useQuery(setupQuery);
  const { next } = useSearch({ from: '/sign-in' });
  const router = useRouter();
  const signIn = useSignIn();
  const register = useRegister();
  const { error, isPending } = registering ? register : signIn;

  function submit(event: FormEvent) {
    event.preventDefault();
    const go = { onSuccess: () => router.history.push(next ?? '/products') };
    if (registering) register.mutate(draft, go);
    else signIn.mutate({ email: draft.email, password: draft.password }, go);
  }

  return (
    <Entrance
      title={registering ? 'Create an account' : 'Welcome back'}
      lead={registering ? 'It can list and browse products.' : 'Sign in to your shop.'}
    >
      <form onSubmit={submit} className="flex flex-col gap-5">
        <AccountFields draft={draft} onChange={setDraft} creating={registering} />
        {error && (
          <p role="alert" className="rounded-md bg-danger-tint px-3 py-2.5 text-sm text-danger">
            {messageOf(error)}
          </p>
        )}
        <Button type="submit" variant="primary" size="large" busy={isPending}>
          {registering ? 'Create account' : 'Sign in'}
        </Button>
        {setup?.registrationOpen && (
          <button type="button" className="link self-start text-sm" onClick={() => setRegistering(!registering)}>
            {registering ? 'I have an account' : 'Create an account'}
          </button>
        )}
      </form>
    </Entrance>
  );
}
