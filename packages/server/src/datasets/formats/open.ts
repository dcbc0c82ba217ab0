import { openFashionMnist } from './fashion-mnist.js';
import { openProducts } from './products.js';
import { openRakuten } from './rakuten.js';
import type { ReadOptions, RowSource } from './source.js';

export type Format = 'products' | 'rakuten' | 'fashion-mnist';

const formats: Record<Format, (path: string, options: ReadOptions) => Promise<RowSource>> = {
  products: openProducts,
  rakuten: openRakuten,
  'fashion-mnist': openFashionMnist,
};

/** Opens a data file (or folder) for reading. @throws DataError with what to do, when it can't be read as that format */
export function openSource(format: Format, path: string, options: ReadOptions = {}): Promise<RowSource> {
  return formats[format](path, options);
}
