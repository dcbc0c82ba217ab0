import { useQueries } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { unwrap } from '@vitrine/client';
import { Popover } from 'radix-ui';
import { useState } from 'react';
import { api } from '../api/client';
import { money } from '../lib/format';
import { Photo } from '../ui/photo';

/** Products whose photo is nearly that of the one found: one place in the answer, opened here. */
export function AlikeProducts({ ids }: { ids: string[] }) {
  const [open, setOpen] = useState(false);
  const answers = useQueries({
    queries: ids.slice(0, 12).map((id) => ({
      queryKey: ['products', 'one', id],
      enabled: open,
      queryFn: async ({ signal }: { signal: AbortSignal }) =>
        unwrap(await api.GET('/api/v1/products/{id}', { params: { path: { id } }, signal })),
    })),
  });
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger className="relative z-10 rounded-full bg-paper px-2.5 py-0.5 text-xs font-semibold text-muted hover:text-ink">
        +{ids.length} alike
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="end"
          sideOffset={6}
          collisionPadding={12}
          aria-label="With nearly the same photo"
          className="fade z-50 max-h-80 w-72 overflow-y-auto rounded-lg border border-line bg-raised p-2 shadow-lift"
        >
          <ul>
            {answers.map(
              ({ data }) =>
                data && (
                  <li key={data.id}>
                    <Link
                      to="/products/$id"
                      params={{ id: data.id }}
                      className="flex items-center gap-3 rounded p-1.5 text-sm hover:bg-paper"
                    >
                      <Photo hash={data.images[0]} size={96} alt="" cover className="size-12 shrink-0 rounded" />
                      <span className="min-w-0 flex-1">
                        <span className="line-clamp-2">{data.title}</span>
                        {data.price !== null && (
                          <span className="text-muted tabular-nums">{money(data.price, data.currency)}</span>
                        )}
                      </span>
                    </Link>
                  </li>
                ),
            )}
          </ul>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
