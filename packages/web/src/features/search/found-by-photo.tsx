import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { isStatus, messageOf } from '@/shared/api/client';
import { useDebounced } from '@/shared/lib/use-debounced';
import { useOnChange } from '@/shared/lib/use-on-change';
import { useIncomingPhoto } from '@/shared/products/use-incoming-photo';
import { Hits } from '@/shared/similar/hits';
import type { SearchFilter } from '@/shared/similar/search-filter';
import { PAGE, type useBeginSearch } from '@/shared/similar/use-begin-search';
import { Button } from '@/shared/ui/button';
import { EmptyState } from '@/shared/ui/states';
import { type Crop, isWhole, WHOLE } from './crop/crop';
import { CropBox } from './crop/crop-box';
import { Found } from './found';
import { cropOf, cropText } from './search-address';
import { usePhotoSearch } from './use-photo-search';

interface FoundByPhotoProps {
  /** The search whose photo this is. */
  search: string;
  crop: string | undefined;
  filter: SearchFilter;
  begin: ReturnType<typeof useBeginSearch>;
  onPhoto(photo: Blob): void;
  onChange(change: SearchFilter & { crop?: string }): void;
}

const grid = 'grid-cols-2 gap-x-5 gap-y-9 md:grid-cols-3 2xl:grid-cols-4';

/** The photo with its crop on one side, what looks like it on the other; found anew as the crop moves. */
export function FoundByPhoto({ search, crop: cropInAddress, filter, begin, onPhoto, onChange }: FoundByPhotoProps) {
  const [crop, setCrop] = useState<Crop>(() => cropOf(cropInAddress) ?? WHOLE);
  const [limit, setLimit] = useState(PAGE);
  const rested = useDebounced(cropText(crop), 250);
  const query = usePhotoSearch({ search, crop: cropOf(rested), filter, limit });
  const over = useIncomingPhoto(onPhoto);

  useOnChange(rested, () => {
    if (rested !== cropInAddress) onChange({ ...filter, ...(rested ? { crop: rested } : {}) });
  });

  if (isStatus(query.error, 404)) return <Gone />;
  return (
    <div className="grid gap-8 lg:grid-cols-[minmax(0,24rem)_minmax(0,1fr)] lg:gap-12">
      <section aria-label="Your photo" className="lg:sticky lg:top-24 lg:self-start">
        <div className={over ? 'rounded-lg ring-2 ring-accent' : undefined}>
          <CropBox
            src={`/api/v1/search/recent/${encodeURIComponent(search)}/image`}
            alt="The one searched with"
            crop={crop}
            onChange={setCrop}
          />
        </div>
        <p className="mt-3 text-[0.8125rem] text-muted">
          <span className="pointer-coarse:hidden">
            Draw over the part that matters, or pull the corners. Arrow keys move it, Shift and arrows resize it.
          </span>
          <span className="hidden pointer-coarse:inline">Pull the corners to the part that matters.</span>
        </p>
        <div className="mt-4 flex flex-wrap gap-2.5">
          <Button asChild>
            <Link to="/search" search={filter}>
              Another photo
            </Link>
          </Button>
          <Button disabled={isWhole(crop)} onClick={() => setCrop(WHOLE)}>
            Whole photo
          </Button>
        </div>
        {begin.error && (
          <p role="alert" className="mt-4 rounded-md bg-danger-tint px-3 py-2 text-sm text-danger">
            {messageOf(begin.error)}
          </p>
        )}
      </section>
      <Found
        heading="What looks like it"
        {...{ query, limit, filter, grid }}
        onFilter={(next) => onChange({ ...next, ...(cropInAddress ? { crop: cropInAddress } : {}) })}
        onLimit={setLimit}
      >
        {(answer, stale) => <Hits label="Found" answer={answer} className={grid} stale={stale} />}
      </Found>
    </div>
  );
}

function Gone() {
  return (
    <EmptyState
      title="This search is gone"
      action={
        <Button asChild variant="primary">
          <Link to="/search">Search with a photo</Link>
        </Button>
      }
    >
      It was deleted, is somebody else’s, or was kept long enough.
    </EmptyState>
  );
}
