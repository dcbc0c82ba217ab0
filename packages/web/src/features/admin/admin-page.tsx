import { PageHeader } from '@/shared/ui/page-header';
import { Tabs } from '@/shared/ui/tabs';
import { AuditPanel } from './audit-panel';
import { SystemPanel } from './system-panel';
import { UsersPanel } from './users-panel';

export function AdminPage() {
  return (
    <>
      <PageHeader title="Admin" />
      <Tabs
        label="Admin"
        tabs={[
          { value: 'users', title: 'Users', content: <UsersPanel /> },
          { value: 'audit', title: 'Audit', content: <AuditPanel /> },
          { value: 'system', title: 'System', content: <SystemPanel /> },
        ]}
      />
    </>
  );
}
