import { ToggleGroup as Radix } from 'radix-ui';

interface ToggleGroupProps<Value extends string> {
  label: string;
  options: { value: Value; title: string }[];
  value: NoInfer<Value>;
  onChange(value: NoInfer<Value>): void;
}

/** One of a few, side by side. */
export function ToggleGroup<Value extends string>({ label, options, value, onChange }: ToggleGroupProps<Value>) {
  return (
    <Radix.Root
      type="single"
      aria-label={label}
      value={value}
      // Pressing the chosen one leaves it chosen.
      onValueChange={(next) => next && onChange(next as Value)}
      className="inline-flex rounded-md bg-paper p-1"
    >
      {options.map((option) => (
        <Radix.Item
          key={option.value}
          value={option.value}
          className="rounded px-3 py-1 text-sm font-medium text-muted transition-colors hover:text-ink data-[state=on]:bg-raised data-[state=on]:text-ink data-[state=on]:shadow-sm"
        >
          {option.title}
        </Radix.Item>
      ))}
    </Radix.Root>
  );
}
