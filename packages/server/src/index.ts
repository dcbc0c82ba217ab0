export { openApiDocument } from './http/openapi.js';
