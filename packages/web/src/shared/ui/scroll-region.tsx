import type { ComponentProps } from 'react';

/** What scrolls must be reachable by keyboard, though it is no control. */
const reachable = { tabIndex: 0 };

/** A named region that scrolls by itself. */
export function ScrollRegion({ label, ...props }: ComponentProps<'section'> & { label: string }) {
  return <section aria-label={label} {...reachable} {...props} />;
}
