import { ChevronsUpDown } from 'lucide-react';
import { Popover } from 'radix-ui';
import { type ReactNode, useMemo, useState } from 'react';
import { SearchableList } from '../ui/searchable-list';
import { categoryPath, useCategories } from './use-categories';

interface CategoryPickerProps {
  value: string | null;
  onChange(code: string, name: string): void;
  /** Also offers categories that only hold others. */
  branches?: boolean;
  placeholder?: string;
  /** Instead of the select-like button. */
  trigger?: ReactNode;
  control?: { id: string; 'aria-describedby': string | undefined };
}

/** Chooses one category of the tree by typing part of its name or of a parent's. */
export function CategoryPicker({
  value,
  onChange,
  branches = false,
  placeholder = 'Choose a category',
  trigger,
  control,
}: CategoryPickerProps) {
  const [open, setOpen] = useState(false);
  const { data: categories = [] } = useCategories();
  const options = useMemo(() => {
    const parents = new Set(categories.map((category) => category.parent));
    return categories
      .filter((category) => branches || !parents.has(category.code) || category.products > 0)
      .map((category) => ({
        value: category.code,
        label: category.name,
        hint: categoryPath(categories, category.code).slice(0, -1).join(' › ') || undefined,
      }));
  }, [categories, branches]);
  const name = categories.find((category) => category.code === value)?.name ?? value;

  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger asChild>
        {trigger ?? (
          <button type="button" {...control} className="control flex items-center justify-between gap-2 text-left">
            <span className={name ? 'truncate' : 'text-muted'}>{name ?? placeholder}</span>
            <ChevronsUpDown className="size-4 shrink-0 text-muted" aria-hidden />
          </button>
        )}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="start"
          sideOffset={6}
          collisionPadding={12}
          aria-label="Choose a category"
          className="fade z-50 w-[min(24rem,calc(100vw-1.5rem))] rounded-lg border border-line bg-raised shadow-lift"
        >
          <SearchableList
            label="Category"
            placeholder="Search categories"
            options={options}
            selected={value}
            empty="No category has that name."
            onSelect={(code) => {
              onChange(code, options.find((option) => option.value === code)?.label ?? code);
              setOpen(false);
            }}
          />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
