import { describe, expect, it } from 'vitest';
import { asForm } from './form.js';

describe('a body sent as a form', () => {
  it('has a part for each of several files, under their names', () => {
    const image = [new File(['a'], 'a.jpg'), new File(['b'], 'b.jpg')];
    expect(asForm({ image }).getAll('image')).toEqual(image);
  });

  it('has texts as they are, the rest as JSON, and nothing for what is not given', () => {
    const crop = { x: 0, y: 0, width: 1, height: 0.5 };
    const form = asForm({ category: 'hats', limit: 3, inStock: true, crop, url: undefined });
    expect(Object.fromEntries(form)).toEqual({
      category: 'hats',
      limit: '3',
      inStock: 'true',
      crop: JSON.stringify(crop),
    });
  });
});
