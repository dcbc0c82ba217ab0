import type { Example, Offer } from '@vitrine/models';
import { availabilityIn } from '../../catalogue/availability.js';
import { currencyIn, parsePrice } from '../../catalogue/price.js';
import { cellText } from './cells.js';
import type { Field } from './columns.js';

type Problems = NonNullable<Example['problems']>;

/** Letters of a brand or a colour that are kept. */
const NAME_LENGTH = 200;
/** What a column of the database holds. */
const MAX_STOCK = 2 ** 31 - 1;
const SHOWN = 40;

/**
 * What a row says of price, currency, brand, colour and stock, as shops write them. What can't be read is left out and told:
 * the product is one all the same.
 */
export function offerOf(cell: (field: Field) => string | undefined): { offer?: Offer; problems: Problems } {
  const problems: Problems = [];
  const read = <T>(field: Field, parse: (text: string) => T | undefined): T | undefined => {
    const text = cellText(cell(field));
    const value = text === undefined ? undefined : parse(text);
    if (text !== undefined && value === undefined)
      problems.push({
        code: `row.${field}`,
        reason: `The ${field} “${text.slice(0, SHOWN)}” can’t be read: the product is listed without one.`,
      });
    return value;
  };
  const offer = {
    price: read('price', priceOf),
    currency: read('currency', (text) => currencyIn(text.toUpperCase())) ?? currencyIn(cell('price') ?? ''),
    brand: read('brand', nameOf),
    colour: read('colour', nameOf),
    stock: read('stock', stockOf),
  };
  const isEmpty = Object.values(offer).every((value) => value === undefined);
  return { ...(isEmpty ? {} : { offer }), problems };
}

/** What stands below zero is a discount, no price. */
function priceOf(text: string): number | undefined {
  return /^\D*-\s*\d/.test(text) ? undefined : parsePrice(text);
}

function nameOf(text: string): string {
  return text.slice(0, NAME_LENGTH);
}

/** A count, less than none where more were sold than there are, or `in stock`, `sold out` and the like. */
function stockOf(text: string): number | boolean | undefined {
  if (/^-?\d+([.,]0+)?$/.test(text)) {
    const count = Math.max(0, Number.parseInt(text, 10));
    return count <= MAX_STOCK ? count : undefined;
  }
  const availability = availabilityIn([text]);
  return availability === null ? undefined : availability === 'in stock';
}
