import { rm } from 'node:fs/promises';
import type { Audit } from '../accounts/audit.js';
import type { Route } from '../http/router.js';
import * as api from './api.js';
import type { Folders } from './folders.js';
import type { Publishing } from './publish.js';
import { Browser } from './rows/browse.js';
import type { Datasets } from './service.js';
import { receiveUpload } from './upload.js';

export interface DatasetRoutes {
  datasets: Datasets;
  folders: Folders;
  publishing: Publishing;
  audit: Audit;
}

export function datasetRoutes(route: Route, { datasets, folders, publishing, audit }: DatasetRoutes): void {
  const browser = new Browser();

  route(api.listDatasets, () => datasets.list());
  route(api.getDataset, ({ params }) => datasets.get(params.name));
  route(api.deleteDataset, async ({ params, caller }) => {
    await datasets.delete(params.name);
    await audit.record(caller, 'dataset.delete', params.name);
  });

  route(api.importDataset, ({ body, caller }) => datasets.startImport({ ...body, absolutePaths: true }, caller.userId));
  route(api.uploadDataset, async ({ request, caller }) => {
    const inbox = folders.newInbox();
    const upload = await receiveUpload(request, inbox);
    try {
      // What an upload refers to lies in its own inbox, or nowhere.
      return await datasets.startImport({ ...upload, absolutePaths: false }, caller.userId);
    } catch (error) {
      await rm(inbox, { recursive: true, force: true });
      throw error;
    }
  });
  route(api.snapshotCatalogue, ({ body, caller }) => datasets.startCatalogue(body.name, caller.userId));

  route(api.publishDataset, async ({ params, caller }) => {
    const job = await publishing.start(params.name, caller.userId);
    await audit.record(caller, 'dataset.publish', params.name);
    return job;
  });

  route(api.checkDataset, ({ params }) => datasets.check(params.name));
  route(api.listRejected, async ({ params, query }) => browser.rejected(await datasets.newest(params.name), query));
  route(api.listRows, async ({ params, query }) => browser.rows(await datasets.newest(params.name), query));
  route(api.getRowImage, async ({ params, reply }) => {
    const picture = await browser.picture(await datasets.newest(params.name), params.index);
    return reply.type('image/webp').header('cache-control', 'private, max-age=300').send(picture);
  });
}
