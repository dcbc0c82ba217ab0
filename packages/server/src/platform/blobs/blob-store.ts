import type { Readable } from 'node:stream';

/** Bytes from `start` to `end`, both inclusive, as in HTTP. */
export interface ByteRange {
  start: number;
  end?: number;
}

/**
 * Where everything binary lies: photos, snapshots, checkpoints, artifacts, indexes. Blobs are named by the SHA-256 of their
 * content, so that they never change, the same content is stored once, and damage is noticed. Directories are named by
 * their caller, none within another, and appear whole or not at all.
 */
export interface BlobStore {
  /** Whether other machines see it too: what another one may have to go on with belongs in it then. */
  readonly shared: boolean;
  /** @returns the content's SHA-256 in hex @throws VitrineError `storage.full` */
  put(content: Uint8Array | Readable): Promise<string>;
  /** A stream that fails with `blob.corrupt` at its end when a whole blob is not what was stored. @throws VitrineError `blob.unknown` */
  get(key: string, range?: ByteRange): Promise<Readable>;
  /** The whole blob. @throws VitrineError `blob.unknown`, `blob.corrupt` */
  read(key: string): Promise<Buffer>;
  /** Bytes, or undefined when there is no such blob. */
  size(key: string): Promise<number | undefined>;
  has(key: string): Promise<boolean>;
  list(): AsyncIterable<string>;
  /** Deleting what is not there is no error. */
  delete(key: string): Promise<void>;
  /** A URL from which anyone can fetch the blob for so many seconds; undefined where that goes through the server alone. */
  link(key: string, options: { seconds: number; type: string }): Promise<string | undefined>;
  /**
   * Stores a directory tree under a name like `models/abc`, replacing what has that name.
   * @param options.move the caller has no more use for its tree, which saves a copy
   * @throws VitrineError `storage.full`
   */
  putDirectory(name: string, from: string, options?: { move?: boolean }): Promise<void>;
  /** A local directory with the content, read only. @throws VitrineError `blob.unknown`, `blob.corrupt` */
  openDirectory(name: string): Promise<string>;
  hasDirectory(name: string): Promise<boolean>;
  deleteDirectory(name: string): Promise<void>;
}
