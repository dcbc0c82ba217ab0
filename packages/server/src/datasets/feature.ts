import { join } from 'node:path';
import type { Feature } from '../context.js';
import { Folders } from './folders.js';
import { datasetRoutes } from './routes.js';
import { Datasets } from './service.js';

/** Data sets: import, look through, check; trainings find their snapshots here. */
export const datasetFeature: Feature = (context) => {
  const { database, jobs, blobs, route, audit } = context;
  const folders = new Folders(join(context.dataDir, 'datasets'));
  const datasets = new Datasets(database, jobs, blobs, folders);
  context.services.datasets = datasets;
  context.snapshots = datasets;
  context.snapshotCatalogue = (name) => datasets.startCatalogue(name, null);
  datasetRoutes(route, { datasets, folders, audit });
  context.onStart(() => datasets.sweep());
};
