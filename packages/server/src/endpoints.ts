import * as accounts from './accounts/api.js';
import * as catalogue from './catalogue/api.js';
import * as collect from './collect/api.js';
import * as datasets from './datasets/api.js';
import type { Endpoint } from './http/endpoint.js';
import * as jobs from './jobs/api.js';
import * as monitoring from './monitoring/api.js';
import * as pipelines from './pipelines/api.js';
import * as registry from './registry/api.js';
import * as runs from './runs/api.js';
import * as schedules from './schedules/api.js';
import * as serving from './serving/api.js';
import * as setup from './setup/api.js';
import * as similarity from './similarity/api.js';
import * as training from './training/api.js';

function isEndpoint(value: unknown): value is Endpoint {
  return typeof value === 'object' && value !== null && 'method' in value && 'path' in value && 'access' in value;
}

/** Every route below `/api/v1`. */
export const endpoints: readonly Endpoint[] = [
  setup,
  accounts,
  catalogue,
  datasets,
  jobs,
  collect,
  schedules,
  pipelines,
  runs,
  training,
  registry,
  serving,
  similarity,
  monitoring,
].flatMap((feature) => Object.values(feature).filter(isEndpoint));
