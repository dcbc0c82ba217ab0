import { Link } from '@tanstack/react-router';
import clsx from 'clsx';
import { type CategoryNode, categoryForest, useCategories } from '@/shared/categories/use-categories';
import { integer } from '@/shared/lib/format';
import type { ProductSearch } from './product-search';

interface CategoryFilterProps {
  search: ProductSearch;
  onChosen?(): void;
}

/** The category tree with counts; choosing one narrows the list to it and all below. */
export function CategoryFilter({ search, onChosen }: CategoryFilterProps) {
  const { data: categories = [] } = useCategories();
  const forest = categoryForest(categories);
  const total = forest.reduce((sum, node) => sum + node.within, 0);
  return (
    <nav aria-label="Categories">
      <ul className="flex flex-col gap-0.5">
        <Entry name="Everything" count={total} search={search} code={undefined} onChosen={onChosen} />
        {forest.map((node) => (
          <Branch key={node.code} node={node} search={search} onChosen={onChosen} />
        ))}
      </ul>
    </nav>
  );
}

interface EntryProps {
  name: string;
  count: number;
  code: string | undefined;
  search: ProductSearch;
  onChosen?: (() => void) | undefined;
}

function Entry({ name, count, code, search, onChosen, children }: EntryProps & { children?: React.ReactNode }) {
  const chosen = search.category === code;
  const { category: _, page: __, ...rest } = search;
  return (
    <li>
      <Link
        to="/products"
        search={code === undefined ? rest : { ...rest, category: code }}
        aria-current={chosen ? 'true' : undefined}
        onClick={onChosen}
        className={clsx(
          'flex items-baseline justify-between gap-3 rounded py-1 text-[0.9375rem] hover:text-accent',
          chosen ? 'font-semibold text-accent' : 'text-ink',
        )}
      >
        <span className="min-w-0 truncate">{name}</span>
        <span className="text-[0.8125rem] font-normal text-muted tabular-nums">{integer(count)}</span>
      </Link>
      {children}
    </li>
  );
}

function holds(node: CategoryNode, code: string | undefined): boolean {
  return node.code === code || node.children.some((child) => holds(child, code));
}

function Branch({
  node,
  search,
  onChosen,
  depth = 0,
}: {
  node: CategoryNode;
  search: ProductSearch;
  onChosen?: (() => void) | undefined;
  depth?: number;
}) {
  const open = depth === 0 || holds(node, search.category);
  return (
    <Entry name={node.name} count={node.within} code={node.code} search={search} onChosen={onChosen}>
      {node.children.length > 0 && open && (
        <ul className="mb-1 ml-1 flex flex-col gap-0.5 border-l border-line pl-3">
          {node.children.map((child) => (
            <Branch key={child.code} node={child} search={search} onChosen={onChosen} depth={depth + 1} />
          ))}
        </ul>
      )}
    </Entry>
  );
}
