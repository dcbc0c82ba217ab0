import { Link } from '@tanstack/react-router';
import { isStatus } from '../api/client';
import { mayAct, useMe } from '../session/session';
import { Button } from '../ui/button';
import { EmptyState } from '../ui/states';

/** Whether a search was refused because no model of what looks alike is in production. */
export const isNoModel = (error: unknown) => isStatus(error, 409) && error.code === 'model.none';

/** Nothing has learnt yet what looks alike: what to do about it, by who is asking. */
export function NoSimilarModel() {
  const me = useMe();
  const engineer = mayAct(me.role, 'engineer');
  return (
    <EmptyState
      title="Nothing here knows yet what looks alike"
      action={
        engineer && (
          <Button asChild variant="primary">
            <Link to="/runs/new" search={{ task: 'similar' }}>
              Train it on your photos
            </Link>
          </Button>
        )
      }
    >
      {engineer
        ? 'A model learns it from your own photos, without labels. Once one is in production, every photo is looked at by itself.'
        : 'Whoever looks after this shop’s models has to train one first.'}
    </EmptyState>
  );
}
