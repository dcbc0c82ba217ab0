import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { withEmptyForms } from './empty-forms.js';

/**
 * `/openapi.json`, and `/docs` to read it and try it.
 * @param describe makes the document, once it is asked for: a start doesn't wait for it
 */
export async function serveDocs(app: FastifyInstance, describe: () => object): Promise<void> {
  let described: object | undefined;
  const document = () => {
    described ??= describe();
    return described;
  };
  app.get('/openapi.json', async () => document());
  // What the plugin gathers of the routes by itself knows nothing of their inputs.
  await app.register(swagger, { openapi: {}, transformObject: () => withEmptyForms(document()) });
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    theme: { title: 'Vitrine API' },
    uiConfig: { docExpansion: 'none', persistAuthorization: false, displayRequestDuration: true, validatorUrl: null },
  });
}
