import { messageOf } from '../api/client';

/** Why a form was refused, if it was. */
export function FormError({ error }: { error: unknown }) {
  if (!error) return null;
  return (
    <p role="alert" className="rounded-md bg-danger-tint px-3 py-2.5 text-sm break-words text-danger">
      {messageOf(error)}
    </p>
  );
}
