import { TextField } from '@/shared/ui/text-field';

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
        <TextField
          label="Name"
          required
          maxLength={100}
          autoComplete="name"
          value={draft.name}
          onChange={(name) => onChange({ ...draft, name })}
        />
      )}
      <TextField
        label="Email"
        type="email"
        required
        autoComplete="username"
        value={draft.email}
        onChange={(email) => onChange({ ...draft, email })}
      />
      <TextField
        label="Password"
        hint={creating ? 'At least 10 characters.' : undefined}
        type="password"
        required
        minLength={creating ? 10 : undefined}
        maxLength={200}
        autoComplete={creating ? 'new-password' : 'current-password'}
        value={draft.password}
        onChange={(password) => onChange({ ...draft, password })}
      />
    </>
  );
}
