import { DataError } from '../errors.js';
import type { Split } from './manifest.js';
import { mix } from './min-hash.js';

/** Shares of train, validation and test. */
export type Ratios = [number, number, number];
/** What is held out is for measuring; more than so many rows add nothing one would notice. */
const ENOUGH = 3000;

/** Shares when nobody says: a tenth each for validation and test, less of large sets, whose rows are better learnt from. */
export function usualRatios(rows: number): Ratios {
  const heldOut = Math.min(0.1, ENOUGH / Math.max(1, rows));
  return [1 - 2 * heldOut, heldOut, heldOut];
}

interface Group {
  key: number;
  rows: number[];
}

/**
 * Deals whole groups to train, validation and test so that each class is cut by the ratios as nearly as whole groups
 * allow, and every class keeps rows in train. Depends on the seed and the ids alone, so that a product keeps its split
 * when others arrive, mostly.
 * @param groups group number of each row
 * @param labels class of each row; −1: none
 * @throws DataError `data.split` for ratios that are negative, don't add up to 1 or leave nothing to train on
 */
export function assignSplits(
  ids: readonly string[],
  groups: ArrayLike<number>,
  labels: ArrayLike<number>,
  ratios: Ratios,
  seed: number,
): Split[] {
  checkRatios(ratios);
  const splits = new Array<Split>(ids.length).fill('train');
  const carry = { validation: 0, test: 0 };
  for (const [, members] of byClass(ids, groups, labels, seed)) deal(members, ratios, carry, splits);
  keepClassesInTrain(groups, labels, splits);
  return splits;
}

function checkRatios(ratios: Ratios): void {
  const sum = ratios.reduce((total, ratio) => total + ratio, 0);
  if (ratios.every((ratio) => ratio >= 0 && ratio <= 1) && Math.abs(sum - 1) < 1e-6 && ratios[0] > 0) return;
  throw new DataError(
    'data.split',
    `The split ${ratios.join(', ')} can't be used: give three shares for train, validation and test that add up to 1, train above 0.`,
  );
}

/** Groups by the class of most of their rows, in an order that the seed decides. */
function byClass(
  ids: readonly string[],
  groups: ArrayLike<number>,
  labels: ArrayLike<number>,
  seed: number,
): [number, Group[]][] {
  const rowsOf = new Map<number, number[]>();
  for (let row = 0; row < ids.length; row++) {
    const rows = rowsOf.get(groups[row]!);
    if (rows) rows.push(row);
    else rowsOf.set(groups[row]!, [row]);
  }
  const classes = new Map<number, Group[]>();
  for (const rows of rowsOf.values()) {
    const label = majority(rows.map((row) => labels[row]!));
    const group = { key: hashOf(ids[rows[0]!]!, seed), rows };
    const members = classes.get(label);
    if (members) members.push(group);
    else classes.set(label, [group]);
  }
  for (const members of classes.values()) members.sort((a, b) => a.key - b.key || a.rows[0]! - b.rows[0]!);
  return [...classes].sort(([a], [b]) => a - b);
}

/**
 * Test first, then validation, the rest trains. What whole groups leave over or short is carried to the next class, so
 * that a hundred classes of four rows still give a tenth.
 */
function deal(groups: Group[], ratios: Ratios, carry: { validation: number; test: number }, splits: Split[]): void {
  const total = groups.reduce((sum, group) => sum + group.rows.length, 0);
  const heldOut = { validation: total * ratios[1] + carry.validation, test: total * ratios[2] + carry.test };
  const least = Math.max(1, Math.floor((total * ratios[0]) / 2));
  let training = total;
  for (const { rows } of groups) {
    const split = (['test', 'validation'] as const).find((name) => heldOut[name] >= rows.length / 2);
    if (!split || training - rows.length < least) continue;
    heldOut[split] -= rows.length;
    training -= rows.length;
    for (const row of rows) splits[row] = split;
  }
  carry.validation = ratios[1] === 0 ? 0 : heldOut.validation;
  carry.test = ratios[2] === 0 ? 0 : heldOut.test;
}

/** A class that lies only in groups dealt by another class's majority could be missing from train: fetch one group back. */
function keepClassesInTrain(groups: ArrayLike<number>, labels: ArrayLike<number>, splits: Split[]): void {
  const trained = new Set<number>();
  for (const [row, split] of splits.entries()) if (split === 'train') trained.add(labels[row]!);
  for (let row = 0; row < splits.length; row++) {
    if (labels[row]! < 0 || trained.has(labels[row]!)) continue;
    for (let other = 0; other < splits.length; other++) {
      if (groups[other] !== groups[row]) continue;
      splits[other] = 'train';
      trained.add(labels[other]!);
    }
  }
}

function majority(labels: number[]): number {
  if (labels.every((label) => label === labels[0])) return labels[0]!;
  const counts = new Map<number, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return [...counts].reduce((best, entry) => (entry[1] > best[1] ? entry : best))[0];
}

function hashOf(id: string, seed: number): number {
  let hash = mix(seed ^ 0x5eed);
  for (let index = 0; index < id.length; index++) hash = (Math.imul(hash, 0x01000193) ^ id.charCodeAt(index)) | 0;
  return mix(hash);
}
