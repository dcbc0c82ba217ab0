import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Camera } from 'lucide-react';
import { isNoModel, NoSimilarModel } from '@/shared/similar/no-similar-model';
import { useBeginSearch } from '@/shared/similar/use-begin-search';
import { Button } from '@/shared/ui/button';
import { PageHeader } from '@/shared/ui/page-header';
import { FoundByPhoto } from './found-by-photo';
import { FoundByWords } from './found-by-words';
import { PhotoIntake } from './photo-intake';
import { RecentSearches } from './recent-searches';
import { useSearchWays } from './use-words-search';
import { WordsForm } from './words-form';

/** A photo in, or words where the model knows them; what the shop has that looks like it out. */
export function SearchPage() {
  const { search, crop, words, ...filter } = useSearch({ from: '/shell/search' });
  const navigate = useNavigate({ from: '/search' });
  const begin = useBeginSearch();
  const ways = useSearchWays();
  const searchWith = (photo: Blob | URL) => begin.mutate({ photo, filter });
  const knowsWords = ways.data?.words ?? false;
  return (
    <>
      <PageHeader
        {...headerOf({ search, words, knowsWords })}
        actions={
          words && (
            <Button asChild>
              <Link to="/search" search={filter}>
                <Camera className="size-4.5" aria-hidden /> Search by photo
              </Link>
            </Button>
          )
        }
      />
      {knowsWords && !search && (
        <WordsForm words={words} onSearch={(asked) => navigate({ search: { words: asked, ...filter } })} />
      )}
      {search ? (
        <FoundByPhoto
          key={search}
          search={search}
          crop={crop}
          filter={filter}
          begin={begin}
          onPhoto={searchWith}
          onChange={(change) => navigate({ replace: true, search: { search, ...change } })}
        />
      ) : words ? (
        <FoundByWords
          key={words}
          words={words}
          filter={filter}
          onFilter={(change) => navigate({ replace: true, search: { words, ...change } })}
        />
      ) : isNoModel(begin.error) ? (
        <NoSimilarModel />
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

interface Asked {
  search: string | undefined;
  words: string | undefined;
  knowsWords: boolean;
}

function headerOf({ search, words, knowsWords }: Asked): { title: string; lead?: string } {
  if (search) return { title: 'Search by photo' };
  if (words) return { title: 'Search by words' };
  return knowsWords
    ? { title: 'Search by photo or words', lead: 'Show a picture or say what you look for, and see what the shop has.' }
    : { title: 'Search by photo', lead: 'Show a picture, and see what the shop has that looks like it.' };
}
