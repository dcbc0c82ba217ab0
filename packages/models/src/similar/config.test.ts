import { describe, expect, it } from 'vitest';
import { planSimilar } from './config.js';

const IMAGES = [{ offset: 0, length: 1, sha256: '', kind: 'encoded' as const }];
const plan = (training: number, alike?: number) => planSimilar(IMAGES, training, alike === undefined ? {} : { alike });
const shown = ({ augmentation }: ReturnType<typeof plan>) => augmentation.crop?.area;

describe('the plan of a training of what looks alike', () => {
  it('shows less of a photo where both views are of it than where they are of photos alike', () => {
    expect(shown(plan(100))).toEqual([0.45, 1]);
    expect(shown(plan(100, 0))).toEqual([0.25, 1]);
  });

  it('asks for no more photos alike than there are others', () => {
    expect([plan(100), plan(4), plan(1), plan(100, 7)].map(({ alike }) => alike)).toEqual([5, 3, 0, 7]);
    expect(shown(plan(1))).toEqual([0.25, 1]);
  });
});
