import { Link } from '@tanstack/react-router';
import { counted } from '@/shared/lib/format';
import { Button } from '@/shared/ui/button';
import { Photo } from '@/shared/ui/photo';
import { Table, Td, Th } from '@/shared/ui/table';
import { type IndexStatus, useRetryFailed } from './use-index';

/** Photos that cannot be found by their looks, and why. */
export function FailedPhotos({ index }: { index: IndexStatus }) {
  const retry = useRetryFailed();
  return (
    <section aria-labelledby="failed-photos">
      <div className="mb-4 flex flex-wrap items-center justify-between gap-4">
        <h2 id="failed-photos" className="font-display text-2xl">
          {counted(index.failed, 'photo')} could not be read
        </h2>
        <Button size="small" busy={retry.isPending} onClick={() => retry.mutate()}>
          Try again
        </Button>
      </div>
      <Table
        label="Failed photos"
        head={
          <>
            <Th>Photo</Th>
            <Th>Why</Th>
          </>
        }
      >
        {index.problems.map(({ image, productId, message }) => (
          <tr key={image}>
            <Td>
              <Link
                to="/products/$id"
                params={{ id: productId }}
                aria-label={`Its product ${productId}`}
                className="block w-fit"
              >
                <Photo hash={image} size={96} alt="" cover className="size-14 rounded" />
              </Link>
            </Td>
            <Td className="wrap-anywhere">{message}</Td>
          </tr>
        ))}
      </Table>
    </section>
  );
}
