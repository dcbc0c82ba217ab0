import { useState } from 'react';
import { usePaged } from '@/shared/lib/use-paged';
import { Button } from '@/shared/ui/button';
import { PageHeader } from '@/shared/ui/page-header';
import { Pagination } from '@/shared/ui/pagination';
import { EmptyState, ErrorState, SkeletonRows } from '@/shared/ui/states';
import { SiteDialog } from './site-dialog';
import { SitePanel } from './site-panel';
import { type Site, useSites } from './use-collect';

/** Shops' sites that become products here. */
export function CollectPage() {
  const { data, error, isPending, refetch } = useSites();
  const [editing, setEditing] = useState<Site | 'new'>();
  const { shown, pages } = usePaged(data ?? [], 20);
  const add = (
    <Button variant="primary" onClick={() => setEditing('new')}>
      Add a site
    </Button>
  );
  return (
    <>
      <PageHeader title="Collect" lead="Shops’ sites, read page by page into the catalogue." actions={add} />
      {error ? (
        <ErrorState error={error} retry={() => refetch()} />
      ) : isPending ? (
        <SkeletonRows />
      ) : data.length === 0 ? (
        <EmptyState title="No site yet">Add a shop’s site: a few lines say where its products stand.</EmptyState>
      ) : (
        <ul className="flex flex-col gap-6">
          {shown.map((site) => (
            <SitePanel key={site.name} site={site} onEdit={() => setEditing(site)} />
          ))}
        </ul>
      )}
      <Pagination {...pages} />
      {editing && (
        <SiteDialog {...(editing === 'new' ? {} : { site: editing })} onClose={() => setEditing(undefined)} />
      )}
    </>
  );
}
