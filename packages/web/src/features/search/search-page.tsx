import { useNavigate, useSearch } from '@tanstack/react-router';
import { isNoModel, NoSimilarModel } from '@/shared/similar/no-similar-model';
import { useBeginSearch } from '@/shared/similar/use-begin-search';
import { PageHeader } from '@/shared/ui/page-header';
import { FoundByPhoto } from './found-by-photo';
import { PhotoIntake } from './photo-intake';
import { RecentSearches } from './recent-searches';

/** A photo in, what the shop has that looks like it out. */
export function SearchPage() {
  const { search, crop, ...filter } = useSearch({ from: '/shell/search' });
  const navigate = useNavigate({ from: '/search' });
  const begin = useBeginSearch();
  const searchWith = (photo: Blob | URL) => begin.mutate({ photo, filter });
  return (
    <>
      <PageHeader
        title="Search by photo"
        lead={search ? undefined : 'Show a picture, and see what the shop has that looks like it.'}
      />
      {!search && isNoModel(begin.error) ? (
        <NoSimilarModel />
      ) : search ? (
        <FoundByPhoto
          key={search}
          search={search}
          crop={crop}
          filter={filter}
          begin={begin}
          onPhoto={searchWith}
          onChange={(change) => navigate({ replace: true, search: { search, ...change } })}
        />
      ) : (
        <PhotoIntake
          busy={begin.isPending}
          refused={begin.error && { given: begin.variables.photo, error: begin.error }}
          onPhoto={searchWith}
        />
      )}
      <RecentSearches current={search} />
    </>
  );
}
