export { CATEGORIES, type Category, type CategoryCode, LEAVES } from './catalogue/categories.js';
export type { Product, Truth } from './catalogue/product.js';
export type { Department, Design } from './garments/design.js';
export { renderProduct } from './garments/render.js';
export type { ImageFormat, RenderOptions } from './picture/studio.js';
export { generateShop, type Shop, type ShopOptions } from './shop.js';
export type { Interaction, InteractionKind, Shopper } from './shoppers/shoppers.js';
export type { Language } from './words/words.js';
