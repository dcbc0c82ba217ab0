import { Link, useNavigate } from '@tanstack/react-router';
import { Camera, Grid2x2, Grid3x3, ListFilter, Search } from 'lucide-react';
import { useState } from 'react';
import { Button } from '@/shared/ui/button';
import { Dialog } from '@/shared/ui/dialog';
import { CategoryFilter } from './category-filter';
import { type ProductSearch, type ProductSort, sorts } from './product-search';
import { useSearchWords } from './use-search-words';

/** Search, sort, density, and on narrow screens the categories. */
export function ProductToolbar({ search }: { search: ProductSearch }) {
  const navigate = useNavigate({ from: '/products' });
  const [text, setText] = useSearchWords(search.q ?? '');
  const [filtering, setFiltering] = useState(false);

  return (
    <search className="mb-8 flex flex-wrap items-center gap-2.5">
      <div className="relative min-w-44 flex-1">
        <Search
          className="pointer-events-none absolute top-1/2 left-3 size-4 -translate-y-1/2 text-muted"
          aria-hidden
        />
        <input
          type="search"
          aria-label="Search products"
          placeholder="Search products"
          className="control pl-9!"
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </div>
      <Button asChild size="icon" className="size-10!">
        <Link to="/search" aria-label="Search by photo" title="Search by photo">
          <Camera className="size-4.5" aria-hidden />
        </Link>
      </Button>
      <Button className="lg:hidden" onClick={() => setFiltering(true)}>
        <ListFilter className="size-4" aria-hidden /> Categories
      </Button>
      <select
        aria-label="Sort by"
        className="control w-auto!"
        value={search.sort ?? 'newest'}
        onChange={(event) => {
          const { page: _, ...rest } = search;
          navigate({ search: { ...rest, sort: event.target.value as ProductSort } });
        }}
      >
        {Object.entries(sorts).map(([value, title]) => (
          <option key={value} value={value}>
            {title}
          </option>
        ))}
      </select>
      <Button
        size="icon"
        className="size-10!"
        aria-label={search.dense ? 'Larger pictures' : 'Smaller pictures'}
        title={search.dense ? 'Larger pictures' : 'Smaller pictures'}
        onClick={() => {
          const { page: _, dense, ...rest } = search;
          navigate({ search: dense ? rest : { ...rest, dense: true } });
        }}
      >
        {search.dense ? <Grid2x2 className="size-4.5" aria-hidden /> : <Grid3x3 className="size-4.5" aria-hidden />}
      </Button>
      <Dialog open={filtering} onOpenChange={setFiltering} title="Categories">
        <CategoryFilter search={search} onChosen={() => setFiltering(false)} />
      </Dialog>
    </search>
  );
}
