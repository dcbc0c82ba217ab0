import { useMe } from '@/shared/session/session';
import { Button } from '@/shared/ui/button';
import { PageHeader } from '@/shared/ui/page-header';
import { Tabs } from '@/shared/ui/tabs';
import { KeysPanel } from './keys-panel';
import { PredictionsPanel } from './predictions-panel';
import { ProfilePanel } from './profile-panel';
import { SessionsPanel } from './sessions-panel';
import { useLogout } from './use-logout';

export function AccountPage() {
  const me = useMe();
  const logout = useLogout();
  return (
    <>
      <PageHeader
        title="Account"
        lead={`${me.email}, ${me.role}`}
        actions={
          <Button busy={logout.isPending} onClick={() => logout.mutate()}>
            Sign out
          </Button>
        }
      />
      <Tabs
        label="Account"
        tabs={[
          { value: 'profile', title: 'Profile', content: <ProfilePanel me={me} /> },
          { value: 'predictions', title: 'My predictions', content: <PredictionsPanel /> },
          { value: 'sessions', title: 'Sessions', content: <SessionsPanel /> },
          { value: 'keys', title: 'API keys', content: <KeysPanel me={me} /> },
        ]}
      />
    </>
  );
}
