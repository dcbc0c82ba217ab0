import type { PackedImage, Split } from '../snapshot/manifest.js';
import type { Snapshot } from '../snapshot/snapshot.js';
import { cleanText, tokenize } from './text/encoding/clean.js';
import type { CleanListing } from './text/encoding/ngrams.js';

/** A labelled row of a snapshot, ready to learn from. */
export interface ClassifyExample {
  readonly split: Split;
  /** Number of its class. */
  readonly label: number;
  /** Absent when no word is left after cleaning. */
  readonly text?: CleanListing;
  readonly image?: PackedImage;
}

export interface ClassifyExamples {
  /** In the order of the labels: those that a labelled row has. */
  readonly classes: readonly { readonly code: string; readonly name: string }[];
  readonly examples: readonly ClassifyExample[];
}

/** What of a listing a model's heads can use. */
export interface Usable {
  readonly text?: CleanListing;
  readonly picture?: Uint8Array;
}

/** Title and description as plain text, or nothing when they hold no word. */
export function cleanListing(title: string | undefined, description: string | undefined): CleanListing | undefined {
  const listing = { title: cleanText(title ?? ''), description: cleanText(description ?? '') };
  return tokenize(listing.title, 1).length + tokenize(listing.description, 1).length > 0 ? listing : undefined;
}

/** Reads the labelled rows of a snapshot. */
export async function readExamples(snapshot: Snapshot): Promise<ClassifyExamples> {
  const classes = snapshot.manifest.classes.filter(({ rows }) => rows > 0).map(({ code, name }) => ({ code, name }));
  const numbers = new Map(classes.map(({ code }, number) => [code, number]));
  const examples: ClassifyExample[] = [];
  for await (const { label, split, title, description, image } of snapshot.rows()) {
    const number = label === undefined ? undefined : numbers.get(label);
    if (number === undefined) continue;
    const text = cleanListing(title, description);
    if (!text && !image) continue;
    examples.push({ split, label: number, ...(text ? { text } : {}), ...(image ? { image } : {}) });
  }
  return { classes, examples };
}
