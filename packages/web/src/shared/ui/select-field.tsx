import type { ReactNode } from 'react';
import { Field } from './field';

interface SelectFieldProps<Value extends string> {
  label: ReactNode;
  hint?: ReactNode;
  value: Value;
  choices: readonly { value: NoInfer<Value>; title: string }[];
  onChange(value: NoInfer<Value>): void;
}

/** A labelled choice of one among a few. */
export function SelectField<Value extends string>({ label, hint, value, choices, onChange }: SelectFieldProps<Value>) {
  return (
    <Field label={label} hint={hint}>
      {(control) => (
        <select
          {...control}
          className="control"
          value={value}
          onChange={({ target }) => {
            const chosen = choices.find((choice) => choice.value === target.value);
            if (chosen) onChange(chosen.value);
          }}
        >
          {choices.map((choice) => (
            <option key={choice.value} value={choice.value}>
              {choice.title}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

/** Choices that are called what they are. */
export const plain = <Value extends string>(values: readonly Value[]) =>
  values.map((value) => ({ value, title: value }));
