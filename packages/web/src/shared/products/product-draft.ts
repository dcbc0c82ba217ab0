import type { paths } from '@vitrine/client';
import { amountOf, countOf } from '../lib/numbers';

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

/** Null for a field that is left empty, undefined for one that holds no number. */
const orNull = (text: string, read: (text: string) => number | undefined) => (text.trim() === '' ? null : read(text));
/** A price that nobody touched stays what it was, however many decimals it has. */
const priceOf = ({ price }: ProductDraft, kept: string | undefined) =>
  orNull(price, price === kept ? Number : amountOf);
const textOrNull = (text: string) => text.trim() || null;

/** @param keptPrice the text that stood for the price before anything was written */
export function bodyOf(draft: ProductDraft, keptPrice?: string): ProductBody {
  const price = priceOf(draft, keptPrice) ?? null;
  return {
    title: draft.title.trim(),
    description: draft.description,
    price,
    currency: price === null ? null : draft.currency,
    brand: textOrNull(draft.brand),
    colour: textOrNull(draft.colour),
    stock: orNull(draft.stock, countOf) ?? null,
    sku: textOrNull(draft.sku),
  };
}

/** What keeps the draft from being sent, by field; a price is asked about as in `bodyOf`. */
export function problemsOf(draft: ProductDraft, keptPrice?: string): Partial<Record<keyof ProductDraft, string>> {
  const price = priceOf(draft, keptPrice);
  const stock = orNull(draft.stock, countOf);
  return {
    ...(draft.title.trim() ? {} : { title: 'Give the product a title.' }),
    ...(price === undefined || (price ?? 0) > 1e9 ? { price: 'Write the price as a number, like 24.90.' } : {}),
    ...(stock === undefined ? { stock: 'Write the stock as a whole number.' } : {}),
  };
}
