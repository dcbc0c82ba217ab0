import { join } from 'node:path';
import { Images } from '../catalogue/images.js';
import type { Context } from '../context.js';
import { Folders } from './folders.js';
import { Publishing } from './publish.js';
import { datasetRoutes } from './routes.js';
import { Datasets } from './service.js';

/** Data sets: import, look through, check; trainings find their snapshots here. */
export function datasetFeature(context: Context): Datasets {
  const { database, db, jobs, blobs, route, audit, dataDir } = context;
  const folders = new Folders(join(dataDir, 'datasets'));
  const datasets = new Datasets(database, jobs, blobs, folders);
  const images = new Images(db, blobs, join(dataDir, 'cache', 'images'));
  const publishing = new Publishing(db, jobs, images, datasets);
  datasetRoutes(route, { datasets, folders, publishing, audit });
  context.onStart(() => datasets.sweep());
  return datasets;
}
