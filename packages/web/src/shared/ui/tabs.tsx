import { Tabs as Radix } from 'radix-ui';
import type { ReactNode } from 'react';

interface TabsProps {
  label: string;
  value?: string;
  onValue?(value: string): void;
  tabs: { value: string; title: string; content: ReactNode }[];
}

export function Tabs({ label, value, onValue, tabs }: TabsProps) {
  const first = tabs[0]?.value ?? '';
  return (
    <Radix.Root
      {...(value === undefined ? { defaultValue: first } : { value })}
      {...(onValue ? { onValueChange: onValue } : {})}
    >
      <Radix.List aria-label={label} className="mb-6 flex gap-7 px-2 overflow-x-auto border-b border-line">
        {tabs.map((tab) => (
          <Radix.Trigger
            key={tab.value}
            value={tab.value}
            className="-mx-2 -mb-px rounded-t border-b-2 border-transparent px-2 py-2.5 text-[0.9375rem] font-medium whitespace-nowrap text-muted transition-colors hover:text-ink focus-visible:-outline-offset-2 data-[state=active]:border-accent data-[state=active]:text-ink"
          >
            {tab.title}
          </Radix.Trigger>
        ))}
      </Radix.List>
      {tabs.map((tab) => (
        <Radix.Content key={tab.value} value={tab.value} className="fade">
          {tab.content}
        </Radix.Content>
      ))}
    </Radix.Root>
  );
}
