import { useState } from 'react';
import { Field } from '@/shared/ui/field';
import { TextField } from '@/shared/ui/text-field';
import { usualTimes } from './times';

interface TimeFieldProps {
  label: string;
  /** What stands for no schedule: `Now`, `Not by itself`. */
  none: string;
  /** As cron; undefined: none. */
  value: string | undefined;
  onChange(cron: string | undefined): void;
  /** Own times are told when they are finished, not at every key. */
  lazy?: boolean;
}

/** When something is done by itself: one of the usual times, or any in cron. */
export function TimeField({ label, none, value, onChange, lazy = false }: TimeFieldProps) {
  const isUsual = value === undefined || usualTimes.some(({ cron }) => cron === value);
  const [wantsOwn, setWantsOwn] = useState(false);
  const [written, setWritten] = useState<string>();
  const own = wantsOwn || !isUsual;
  const cron = written ?? value ?? '';
  return (
    <div className="flex flex-col gap-4">
      <Field label={label}>
        {(control) => (
          <select
            {...control}
            className="control"
            value={own ? 'own' : (value ?? '')}
            onChange={({ target }) => {
              setWantsOwn(target.value === 'own');
              setWritten(undefined);
              if (target.value !== 'own') onChange(target.value || undefined);
              else if (!lazy) onChange(value ?? usualTimes[0]?.cron);
            }}
          >
            <option value="">{none}</option>
            {usualTimes.map((time) => (
              <option key={time.cron} value={time.cron}>
                {time.title}
              </option>
            ))}
            <option value="own">Other times</option>
          </select>
        )}
      </Field>
      {own && (
        <TextField
          label="Times"
          hint="Cron: minute, hour, day, month, weekday."
          className="font-mono"
          required
          placeholder={usualTimes[0]?.cron}
          value={cron}
          onChange={(text) => {
            setWritten(text);
            if (!lazy) onChange(text);
          }}
          onBlur={() => lazy && cron && cron !== value && onChange(cron)}
        />
      )}
    </div>
  );
}
