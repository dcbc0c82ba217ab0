export { type PackOptions, packSimilar } from './packing/pack-similar.js';
