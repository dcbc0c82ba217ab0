/** Where the data a training reads lies on this machine. */
export interface SnapshotLocation {
  hash: string;
  directory: string;
}

/** What training and registry need of the data sets. */
export interface Snapshots {
  /** The newest snapshot of a data set. @throws VitrineError `dataset.unknown` (404), or when its import hasn't finished. */
  latest(dataset: string): Promise<SnapshotLocation>;
  /** A snapshot by its hash; undefined when its data set was deleted. */
  byHash(hash: string): Promise<SnapshotLocation | undefined>;
}
