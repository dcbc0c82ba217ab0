import { join } from 'node:path';
import type { BlobStore } from './blob-store.js';
import { DiskBlobStore } from './disk-blob-store.js';

/**
 * Opens the data directory's own store, or a bucket.
 * @param setting `s3://bucket/prefix`; undefined: the disk
 * @throws VitrineError `blobs.setting`, `blobs.unreachable` (503)
 */
export async function openBlobs(dataDir: string, setting: string | undefined): Promise<BlobStore> {
  if (!setting) return DiskBlobStore.open(join(dataDir, 'blobs'));
  // The client takes its time to load, which nobody should wait for who doesn't use it.
  const { S3BlobStore } = await import('./s3/s3-blob-store.js');
  const { s3Setting } = await import('./s3/setting.js');
  return S3BlobStore.open(s3Setting(setting), join(dataDir, 'cache', 'blobs'));
}
