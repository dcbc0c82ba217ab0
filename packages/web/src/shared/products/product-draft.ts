import type { paths } from '@vitrine/client';

export type ProductBody = NonNullable<paths['/api/v1/products']['post']['requestBody']>['content']['application/json'];

/** A product as it stands in a form: every field a string until it is sent. */
export interface ProductDraft {
  title: string;
  description: string;
  price: string;
  currency: string;
  brand: string;
  colour: string;
  stock: string;
  sku: string;
}

export const emptyDraft: ProductDraft = {
  title: '',
  description: '',
  price: '',
  currency: 'EUR',
  brand: '',
  colour: '',
  stock: '',
  sku: '',
};

const numberOrNull = (text: string) => (text.trim() === '' ? null : Number(text.replace(',', '.')));
const textOrNull = (text: string) => text.trim() || null;

export function bodyOf(draft: ProductDraft): ProductBody {
  const price = numberOrNull(draft.price);
  return {
    title: draft.title.trim(),
    description: draft.description,
    price,
    currency: price === null ? null : draft.currency,
    brand: textOrNull(draft.brand),
    colour: textOrNull(draft.colour),
    stock: numberOrNull(draft.stock),
    sku: textOrNull(draft.sku),
  };
}

/** What keeps the draft from being sent, by field. */
export function problemsOf(draft: ProductDraft): Partial<Record<keyof ProductDraft, string>> {
  const price = numberOrNull(draft.price);
  const stock = numberOrNull(draft.stock);
  return {
    ...(draft.title.trim() ? {} : { title: 'Give the product a title.' }),
    ...(price === null || (price >= 0 && price <= 1e9) ? {} : { price: 'Write the price as a number, like 24.90.' }),
    ...(stock === null || (Number.isInteger(stock) && stock >= 0)
      ? {}
      : { stock: 'Write the stock as a whole number.' }),
  };
}
