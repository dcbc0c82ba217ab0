import swagger, { type StaticDocumentSpec } from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { withEmptyForms } from './empty-forms.js';

/** `/openapi.json`, and `/docs` to read it and try it. */
export async function serveDocs(app: FastifyInstance, document: object): Promise<void> {
  app.get('/openapi.json', async () => document);
  // The plugin's types stop at OpenAPI 3.0.
  const specification = { document: withEmptyForms(document) } as unknown as StaticDocumentSpec;
  await app.register(swagger, { mode: 'static', specification });
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    theme: { title: 'Vitrine API' },
    uiConfig: { docExpansion: 'none', persistAuthorization: false, displayRequestDuration: true, validatorUrl: null },
  });
}
