import type { CategoryCode } from '../categories.js';
import type { Design } from '../garments/design.js';
import type { Language } from '../words/words.js';

/** What a test may know and a model must not see. */
export interface Truth {
  /** What the thing is, whatever it is filed under. */
  category: CategoryCode;
  /** Filed under a category it does not belong to. */
  mislabelled: boolean;
  /** The product this one lists a second time, in other words. */
  duplicateOf: string | null;
  /** The title does not say what the thing is. */
  vague: boolean;
}

/** One listing of the shop. */
export interface Product {
  id: string;
  title: string;
  /** HTML as the seller wrote it; null when there is none. */
  description: string | null;
  language: Language;
  category: CategoryCode;
  /** In cents of `currency`. */
  price: number;
  currency: 'EUR';
  brand: string;
  /** The colour's name in the listing's language. */
  colour: string;
  sizes: readonly string[];
  stock: number;
  /** ISO 8601. */
  createdAt: string;
  attributes: Readonly<Record<string, string>>;
  /** What its picture is drawn from. */
  design: Design;
  truth: Truth;
}
