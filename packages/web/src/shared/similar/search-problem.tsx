import { Link } from '@tanstack/react-router';
import { isStatus } from '../api/client';
import { mayAct, useMe } from '../session/session';
import { Button } from '../ui/button';
import { EmptyState, ErrorState } from '../ui/states';
import { isNoModel, NoSimilarModel } from './no-similar-model';

/** Whether a search came before the index was there: it will be, by itself. */
const isOpening = (error: unknown) => isStatus(error, 503) && error.code === 'index.opening';

/** How often a search that came too early is asked again, in milliseconds; false: it did not. */
export const askAgain = ({ state }: { state: { error: unknown } }) => (isOpening(state.error) ? 3000 : false);

/** Why there is no answer to what looks alike, and what to do about it. */
export function SearchProblem({ error, retry }: { error: unknown; retry(): void }) {
  if (isNoModel(error)) return <NoSimilarModel />;
  return isOpening(error) ? <StillLooking /> : <ErrorState error={error} retry={retry} />;
}

function StillLooking() {
  const me = useMe();
  return (
    <EmptyState
      title="The shop’s photos are still being looked at"
      action={
        mayAct(me.role, 'engineer') && (
          <Button asChild>
            <Link to="/search/index">See how far it is</Link>
          </Button>
        )
      }
    >
      What is found shows here by itself, once they all were.
    </EmptyState>
  );
}
