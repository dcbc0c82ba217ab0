/** Whether a product can be bought now. */
export type Availability = 'in stock' | 'out of stock';

/** schema.org's ItemAvailability, and what shops write for it: letters alone, in lower case. */
const MEANT: Record<string, Availability> = {
  instock: 'in stock',
  limitedavailability: 'in stock',
  instoreonly: 'in stock',
  onlineonly: 'in stock',
  available: 'in stock',
  true: 'in stock',
  outofstock: 'out of stock',
  soldout: 'out of stock',
  discontinued: 'out of stock',
  reserved: 'out of stock',
  // To be ordered, and not there.
  backorder: 'out of stock',
  madetoorder: 'out of stock',
  preorder: 'out of stock',
  presale: 'out of stock',
  unavailable: 'out of stock',
  false: 'out of stock',
};

/** What a page's texts say: in stock where any offer is, as `https://schema.org/InStock` says; null where none is known. */
export function availabilityIn(texts: readonly string[]): Availability | null {
  const meant = texts.flatMap((text) => {
    const word = text
      .replace(/^.*[/#:]/, '')
      .replace(/[^a-z]/gi, '')
      .toLowerCase();
    return Object.hasOwn(MEANT, word) ? [MEANT[word]] : [];
  });
  if (meant.includes('in stock')) return 'in stock';
  return meant.length > 0 ? 'out of stock' : null;
}
