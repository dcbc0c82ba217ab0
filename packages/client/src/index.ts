export {
  ApiError,
  type ClientOptions,
  createVitrineClient,
  type Schemas,
  unwrap,
  type VitrineClient,
} from './client.js';
export { asForm } from './form.js';
export type { Measured } from './measured.js';
export type { paths } from './schema.generated.js';
