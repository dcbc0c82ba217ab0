import { type ErrorComponentProps, Link, useRouter } from '@tanstack/react-router';
import { useTitle } from '@/shared/lib/use-title';
import { Button } from '@/shared/ui/button';
import { EmptyState, ErrorState, SkeletonRows } from '@/shared/ui/states';

export function NotFoundPage() {
  useTitle('Not found');
  return (
    <main className="mx-auto max-w-2xl p-6 pt-16">
      <h1 className="sr-only">Not found</h1>
      <EmptyState
        title="There is nothing at this address"
        action={
          <Button asChild variant="primary">
            <Link to="/products">To the products</Link>
          </Button>
        }
      >
        It may have been deleted or moved.
      </EmptyState>
    </main>
  );
}

export function ErrorPage({ error, reset }: ErrorComponentProps) {
  useTitle('Something went wrong');
  const router = useRouter();
  // What the page needs before it is drawn is asked for again too.
  const again = () => {
    reset();
    void router.invalidate();
  };
  return (
    <div className="mx-auto max-w-2xl p-6 pt-16">
      <h1 className="sr-only">Something went wrong</h1>
      <ErrorState error={error} retry={again} />
    </div>
  );
}

export function PendingPage() {
  return (
    <div className="mx-auto w-full max-w-[92rem] p-4 sm:p-8">
      <SkeletonRows rows={4} />
    </div>
  );
}
