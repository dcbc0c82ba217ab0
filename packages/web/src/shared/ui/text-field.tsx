import clsx from 'clsx';
import type { ComponentProps, ReactNode } from 'react';
import { Field } from './field';

interface TextFieldProps extends Omit<ComponentProps<'input'>, 'value' | 'onChange'> {
  label: ReactNode;
  hint?: ReactNode;
  error?: string | undefined;
  optional?: boolean;
  value: string;
  onChange(value: string): void;
}

/** A labelled line of text. */
export function TextField({ label, hint, error, optional = false, className, onChange, ...input }: TextFieldProps) {
  return (
    <Field label={label} hint={hint} error={error} optional={optional}>
      {(control) => (
        <input
          {...input}
          {...control}
          className={clsx('control', className)}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}
