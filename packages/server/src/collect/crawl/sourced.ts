import type { SourcedProduct } from '../../catalogue/put-products.js';
import type { Told } from '../tables.js';
import { categoryCode } from './categories.js';

/** A shop's product as the catalogue lists it, under the id `id`. */
export function sourcedOf(id: string, { product, photos }: Told): SourcedProduct {
  const { name, description, category, price, currency, brand, colour, availability, url } = product;
  return {
    ...{ id, sku: product.id, title: name, description, category: categoryCode(category), price, currency },
    ...{ brand, colour, images: photos },
    stock: availability === null ? null : availability === 'in stock',
    attributes: { page: url.slice(0, 1000) },
  };
}
