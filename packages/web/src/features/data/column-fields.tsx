import { Field } from '@/shared/ui/field';

const fields = [
  { name: 'title', title: 'Title' },
  { name: 'description', title: 'Description' },
  { name: 'label', title: 'Category' },
  { name: 'image', title: 'Photo' },
  { name: 'id', title: 'Id' },
  { name: 'price', title: 'Price' },
  { name: 'currency', title: 'Currency' },
  { name: 'brand', title: 'Brand' },
  { name: 'colour', title: 'Colour' },
  { name: 'stock', title: 'Stock' },
];

interface ColumnFieldsProps {
  /** Of the file, where they can be read here. */
  columns: string[];
  map: Record<string, string>;
  onChange(map: Record<string, string>): void;
}

/** Which of the file's columns holds what: chosen where the columns are known, else typed. */
export function ColumnFields({ columns, map, onChange }: ColumnFieldsProps) {
  return (
    <fieldset>
      <legend className="eyebrow mb-1">Columns</legend>
      <p className="mb-3 text-sm text-muted">
        Usual names are found by themselves, in many languages. Say only what is called differently.
      </p>
      <div className="grid gap-x-5 gap-y-3 sm:grid-cols-2">
        {fields.map(({ name, title }) => (
          <Field key={name} label={title} optional>
            {(control) => {
              const value = map[name] ?? '';
              const set = (column: string) => onChange({ ...map, [name]: column });
              return columns.length > 0 ? (
                <select {...control} className="control" value={value} onChange={(event) => set(event.target.value)}>
                  <option value="">Find it</option>
                  {columns.map((column) => (
                    <option key={column}>{column}</option>
                  ))}
                </select>
              ) : (
                <input
                  {...control}
                  className="control"
                  placeholder="Find it"
                  value={value}
                  onChange={(event) => set(event.target.value)}
                />
              );
            }}
          </Field>
        ))}
      </div>
    </fieldset>
  );
}
