import { Field } from '../ui/field';
import { TextField } from '../ui/text-field';
import type { ProductDraft } from './product-draft';

interface DetailsFieldsProps {
  draft: ProductDraft;
  problems: Partial<Record<keyof ProductDraft, string>>;
  onChange(change: Partial<ProductDraft>): void;
}

const currencies = ['EUR', 'USD', 'GBP', 'CHF', 'SEK', 'JPY'];
const texts = [
  { field: 'brand', label: 'Brand' },
  { field: 'colour', label: 'Colour' },
  { field: 'sku', label: 'Your own number' },
] as const;

/** Price, stock and the other short facts of a product. */
export function DetailsFields({ draft, problems, onChange }: DetailsFieldsProps) {
  return (
    <div className="grid gap-5 sm:grid-cols-2">
      <Field label="Price" error={problems.price}>
        {(control) => (
          <div className="grid grid-cols-[1fr_6.5rem] gap-2">
            <input
              {...control}
              className="control tabular-nums"
              inputMode="decimal"
              value={draft.price}
              onChange={(event) => onChange({ price: event.target.value })}
            />
            <select
              aria-label="Currency"
              className="control"
              value={draft.currency}
              onChange={(event) => onChange({ currency: event.target.value })}
            >
              {[...new Set([...currencies, draft.currency])].map((currency) => (
                <option key={currency}>{currency}</option>
              ))}
            </select>
          </div>
        )}
      </Field>
      <TextField
        label="Stock"
        error={problems.stock}
        className="tabular-nums"
        inputMode="numeric"
        value={draft.stock}
        onChange={(stock) => onChange({ stock })}
      />
      {texts.map(({ field, label }) => (
        <TextField
          key={field}
          label={label}
          maxLength={100}
          value={draft[field]}
          onChange={(value) => onChange({ [field]: value })}
        />
      ))}
    </div>
  );
}
