import { Field } from '@/shared/ui/field';
import type { ConfigProperty } from './config-schema';

interface ConfigFieldsProps {
  properties: ConfigProperty[];
  values: Record<string, string>;
  onChange(key: string, value: string): void;
}

export function ConfigFields({ properties, values, onChange }: ConfigFieldsProps) {
  return (
    <div className="grid gap-x-6 gap-y-5 sm:grid-cols-2">
      {properties.map((property) => {
        const { key, title, kind, choices, fallback, description } = property;
        const usual = fallback === undefined ? 'automatic' : String(fallback);
        return (
          <Field key={key} label={title} hint={description || undefined}>
            {(control) =>
              kind === 'choice' || kind === 'boolean' ? (
                <select
                  {...control}
                  className="control"
                  value={values[key] ?? ''}
                  onChange={(event) => onChange(key, event.target.value)}
                >
                  <option value="">{usual}</option>
                  {(kind === 'boolean' ? ['true', 'false'] : choices).map((choice) => (
                    <option key={choice}>{choice}</option>
                  ))}
                </select>
              ) : (
                <input
                  {...control}
                  className="control tabular-nums"
                  type={kind === 'text' ? 'text' : 'number'}
                  step={kind === 'integer' ? 1 : 'any'}
                  min={property.minimum}
                  max={property.maximum}
                  placeholder={usual}
                  value={values[key] ?? ''}
                  onChange={(event) => onChange(key, event.target.value)}
                />
              )
            }
          </Field>
        );
      })}
    </div>
  );
}
