import { Field } from '@/shared/ui/field';

export interface AccountDraft {
  name: string;
  email: string;
  password: string;
}

interface AccountFieldsProps {
  draft: AccountDraft;
  onChange(draft: AccountDraft): void;
  /** A new account also needs a name, and a password of some length. */
  creating: boolean;
}

export function AccountFields({ draft, onChange, creating }: AccountFieldsProps) {
  return (
    <>
      {creating && (
        <Field label="Name">
          {(control) => (
            <input
              {...control}
              className="control"
              required
              maxLength={100}
              autoComplete="name"
              value={draft.name}
              onChange={(event) => onChange({ ...draft, name: event.target.value })}
            />
          )}
        </Field>
      )}
      <Field label="Email">
        {(control) => (
          <input
            {...control}
            className="control"
            type="email"
            required
            autoComplete="username"
            value={draft.email}
            onChange={(event) => onChange({ ...draft, email: event.target.value })}
          />
        )}
      </Field>
      <Field label="Password" hint={creating ? 'At least 10 characters.' : undefined}>
        {(control) => (
          <input
            {...control}
            className="control"
            type="password"
            required
            minLength={creating ? 10 : undefined}
            maxLength={200}
            autoComplete={creating ? 'new-password' : 'current-password'}
            value={draft.password}
            onChange={(event) => onChange({ ...draft, password: event.target.value })}
          />
        )}
      </Field>
    </>
  );
}
