import type { Readable } from 'node:stream';

/** Bytes from `start` to `end`, both inclusive, as in HTTP. */
export interface ByteRange {
  start: number;
  end?: number;
}

/**
 * Where photos and artifacts lie. Blobs are named by the SHA-256 of their content, so that they never change and the
 * same content is stored once. Directories are named by their caller and written once, whole or not at all.
 */
export interface BlobStore {
  /** @returns the content's SHA-256 in hex @throws VitrineError `storage.full` */
  put(content: Uint8Array | Readable): Promise<string>;
  /** @throws VitrineError `blob.unknown` */
  get(key: string, range?: ByteRange): Promise<Readable>;
  /** The whole blob. @throws VitrineError `blob.unknown` */
  read(key: string): Promise<Buffer>;
  /** Bytes, or undefined when there is no such blob. */
  size(key: string): Promise<number | undefined>;
  has(key: string): Promise<boolean>;
  list(): AsyncIterable<string>;
  /** Deleting what is not there is no error. */
  delete(key: string): Promise<void>;
  /** Stores a copy of a directory tree under a name like `models/abc`, replacing what has that name. */
  putDirectory(name: string, from: string): Promise<void>;
  /** A local directory with the content, read only. @throws VitrineError `blob.unknown` */
  openDirectory(name: string): Promise<string>;
  hasDirectory(name: string): Promise<boolean>;
  deleteDirectory(name: string): Promise<void>;
  /** Free bytes, where the store can tell. */
  free(): Promise<number | undefined>;
}
