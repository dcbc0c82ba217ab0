import { useState } from 'react';

/**
 * A page of a list that is here whole, and what `Pagination` needs to go to another. A list that grows shorter is shown
 * from its last page.
 */
export function usePaged<T>(items: readonly T[], limit: number) {
  const [asked, setAsked] = useState(1);
  const page = Math.min(asked, Math.max(1, Math.ceil(items.length / limit)));
  return {
    shown: items.slice((page - 1) * limit, page * limit),
    pages: { page, limit, total: items.length, onPage: setAsked },
  };
}
