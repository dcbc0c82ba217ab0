import { queryOptions, useQuery } from '@tanstack/react-query';
import { type Schemas, unwrap } from '@vitrine/client';
import { api } from '../api/client';

export type Category = Schemas['Category'];

export const categoriesQuery = queryOptions({
  queryKey: ['categories'],
  queryFn: async ({ signal }) => unwrap(await api.GET('/api/v1/categories', { signal })),
  staleTime: 30_000,
});

export const useCategories = () => useQuery(categoriesQuery);

export interface CategoryNode extends Category {
  children: CategoryNode[];
  /** Its own products and all its descendants'. */
  within: number;
}

/** The flat list as a forest; a parent that is missing makes a root. */
export function categoryForest(categories: Category[]): CategoryNode[] {
  const nodes = new Map<string, CategoryNode>(
    categories.map((category) => [category.code, { ...category, children: [], within: 0 }]),
  );
  const roots: CategoryNode[] = [];
  for (const node of nodes.values()) {
    const parent = node.parent === null ? undefined : nodes.get(node.parent);
    (parent?.children ?? roots).push(node);
  }
  const count = (node: CategoryNode): number => {
    node.within = node.children.reduce((sum, child) => sum + count(child), node.products);
    return node.within;
  };
  for (const root of roots) count(root);
  return roots;
}

/** Names from the root down: `Clothing › Tops › Shirts`. */
export function categoryPath(categories: Category[], code: string): string[] {
  const byCode = new Map(categories.map((category) => [category.code, category]));
  const names: string[] = [];
  const seen = new Set<string>();
  for (let at = byCode.get(code); at && !seen.has(at.code); at = at.parent ? byCode.get(at.parent) : undefined) {
    names.unshift(at.name);
    seen.add(at.code);
  }
  return names;
}
