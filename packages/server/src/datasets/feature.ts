import { join } from 'node:path';
import { Images } from '../catalogue/images.js';
import type { Feature } from '../context.js';
import { Folders } from './folders.js';
import { Publishing } from './publish.js';
import { datasetRoutes } from './routes.js';
import { Datasets } from './service.js';

/** Data sets: import, look through, check; trainings find their snapshots here. */
export const datasetFeature: Feature = (context) => {
  const { database, db, jobs, blobs, route, audit, dataDir } = context;
  const folders = new Folders(join(dataDir, 'datasets'));
  const datasets = new Datasets(database, jobs, blobs, folders);
  context.services.datasets = datasets;
  context.snapshots = datasets;
  context.snapshotCatalogue = (name) => datasets.startCatalogue(name, null);
  const images = new Images(db, blobs, join(dataDir, 'cache', 'images'));
  const publishing = new Publishing(db, jobs, images, datasets);
  datasetRoutes(route, { datasets, folders, publishing, audit });
  context.onStart(() => datasets.sweep());
};
