import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { meQuery } from '@/shared/session/session';
import { Button } from '@/shared/ui/button';
import { FormError } from '@/shared/ui/form-error';
import { type AccountDraft, AccountFields } from './account-fields';
import { Entrance } from './entrance';
import { PreparingShop } from './preparing-shop';
import { useRegister } from './use-sign-in';

/** The first visit: an administrator, then the sample shop getting ready. */
export function WelcomePage() {
  const { data: me } = useQuery(meQuery);
  return me ? <PreparingShop /> : <FirstAccount />;
}

function FirstAccount() {
  const [draft, setDraft] = useState<AccountDraft>({ name: '', email: '', password: '' });
  const register = useRegister();

  function submit(event: FormEvent) {
    event.preventDefault();
    register.mutate(draft);
  }

  return (
    <Entrance
      title="Open your shop window"
      lead="The first account administers this server. Everything stays on this machine."
    >
      <form onSubmit={submit} className="flex flex-col gap-5">
        <AccountFields draft={draft} onChange={setDraft} creating />
        <FormError error={register.error} />
        <Button type="submit" variant="primary" size="large" busy={register.isPending}>
          Create administrator
        </Button>
      </form>
    </Entrance>
  );
}
