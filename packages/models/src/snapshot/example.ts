import type { Offer } from './manifest.js';

/** A picture on its way into a snapshot. */
export type Picture =
  /** A JPEG, PNG, WebP, … file; `load` reads or fetches it and throws a `DataError` when that fails. */
  | { kind: 'encoded'; load(): Promise<Buffer> }
  /** One byte a pixel, row by row. */
  | { kind: 'gray8'; bytes: Buffer; width: number; height: number };

/** One product on its way into a snapshot. */
export interface Example {
  /** Number of the row in its file, the first one below the header being 1. */
  row: number;
  id: string;
  title?: string;
  description?: string;
  /** Category code; a product without one is kept, unlabelled. */
  label?: string;
  offer?: Offer;
  picture?: Picture;
  /** What had to be mended or left out while reading; the row is kept. */
  problems?: { code: string; reason: string }[];
}

/** A row that can't be used, and why. */
export interface Rejection {
  row: number;
  id: string | null;
  /** `row.…` or `image.…`, for programs. */
  code: string;
  /** A sentence for people. */
  reason: string;
}

/** A line of `rejected.jsonl`: a rejected row, or with `kept` a row that came in with a problem (its picture left out). */
export interface ReportLine extends Rejection {
  kept: boolean;
}

export type ReadRow = { example: Example } | { rejected: Rejection };
