import clsx from 'clsx';
import type { ReactNode } from 'react';
import { ScrollRegion } from './scroll-region';

/** A table that scrolls sideways on a narrow screen instead of breaking the page; the keyboard can scroll it too. */
export function Table({ label, head, children }: { label: string; head: ReactNode; children: ReactNode }) {
  return (
    <ScrollRegion label={label} className="-mx-4 overflow-x-auto px-4 sm:mx-0 sm:px-0">
      <table className="w-full border-collapse text-[0.9375rem]">
        <thead>
          <tr className="border-b border-line text-left">{head}</tr>
        </thead>
        <tbody className="divide-y divide-line">{children}</tbody>
      </table>
    </ScrollRegion>
  );
}

export function Th({
  children,
  right,
  className,
}: {
  children?: ReactNode;
  right?: boolean;
  className?: string | undefined;
}) {
  if (children === undefined) return <td />;
  return (
    <th
      scope="col"
      className={clsx('eyebrow px-3 py-2.5 whitespace-nowrap first:pl-0 last:pr-0', right && 'text-right', className)}
    >
      {children}
    </th>
  );
}

export function Td({
  children,
  right,
  className,
}: {
  children?: ReactNode;
  right?: boolean;
  className?: string | undefined;
}) {
  return (
    <td className={clsx('px-3 py-3 align-middle first:pl-0 last:pr-0', right && 'text-right', className)}>
      {children}
    </td>
  );
}
