import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import clsx from 'clsx';
import { useCategories } from '@/shared/categories/use-categories';
import { counted } from '@/shared/lib/format';
import { Button } from '@/shared/ui/button';
import { PageHeader } from '@/shared/ui/page-header';
import { Pagination } from '@/shared/ui/pagination';
import { EmptyState, ErrorState, Skeleton } from '@/shared/ui/states';
import { CategoryFilter } from './category-filter';
import { ProductCard } from './product-card';
import { ProductToolbar } from './product-toolbar';
import { useProducts } from './use-products';

/** The shop's shelves. */
export function ProductListPage() {
  const search = useSearch({ from: '/shell/products' });
  const navigate = useNavigate({ from: '/products' });
  const dense = search.dense ?? false;
  const limit = dense ? 60 : 24;
  const { data, error, isPending, isPlaceholderData, refetch } = useProducts(search, limit);
  const { data: categories = [] } = useCategories();
  const category = categories.find(({ code }) => code === search.category);
  const grid = clsx(
    'grid gap-x-5',
    dense ? 'grid-cols-3 gap-y-6 sm:grid-cols-4 xl:grid-cols-6' : 'grid-cols-2 gap-y-10 md:grid-cols-3 2xl:grid-cols-4',
  );

  return (
    <>
      <PageHeader
        title={category?.name ?? 'Products'}
        lead={data && `${counted(data.total, 'product')}${search.q ? ` for “${search.q}”` : ''}`}
        actions={
          <Button asChild variant="primary">
            <Link to="/list">List a product</Link>
          </Button>
        }
      />
      <div className="lg:grid lg:grid-cols-[13rem_1fr] lg:gap-14">
        <aside className="hidden lg:block">
          <p className="eyebrow mb-3">Categories</p>
          <CategoryFilter search={search} />
        </aside>
        <div className="min-w-0">
          <ProductToolbar search={search} />
          {error ? (
            <ErrorState error={error} retry={() => refetch()} />
          ) : isPending ? (
            <div role="status" aria-label="Loading products" className={grid}>
              {[...Array(8).keys()].map((index) => (
                <div key={index}>
                  <Skeleton className="aspect-square rounded-lg" />
                  <Skeleton className="mt-3 h-4 w-2/3" />
                </div>
              ))}
            </div>
          ) : data.items.length === 0 ? (
            <NothingHere filtered={Boolean(search.q || search.category)} />
          ) : (
            <ul aria-label="Products" className={clsx(grid, 'transition-opacity', isPlaceholderData && 'opacity-60')}>
              {data.items.map((product, index) => (
                <ProductCard key={product.id} product={product} dense={dense} index={index} />
              ))}
            </ul>
          )}
          {data && (
            <Pagination
              page={data.page}
              limit={data.limit}
              total={data.total}
              onPage={(page, how) => navigate({ search: { ...search, page }, ...how })}
            />
          )}
        </div>
      </div>
    </>
  );
}

function NothingHere({ filtered }: { filtered: boolean }) {
  return filtered ? (
    <EmptyState
      title="Nothing on this shelf"
      action={
        <Button asChild>
          <Link to="/products">Show everything</Link>
        </Button>
      }
    >
      Try fewer words, or another category.
    </EmptyState>
  ) : (
    <EmptyState
      title="The shelves are empty"
      action={
        <Button asChild variant="primary">
          <Link to="/list">List a product</Link>
        </Button>
      }
    >
      List your first product: its category is found while you type.
    </EmptyState>
  );
}
