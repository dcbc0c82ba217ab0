import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GradError, openModel } from '@vitrine/grad';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { describeImageModel, openImageModel } from './image-model.js';

vi.mock(import('@vitrine/grad'), async (original) => ({ ...(await original()), openModel: vi.fn() }));

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'image-model-'));
});
afterAll(() => rm(directory, { recursive: true }));

/** A network that is open until released. */
function network() {
  const outputs = [{ name: 'features', shape: [1, 4], dtype: 'float32' as const }];
  return { inputs: [], outputs, run: vi.fn(), release: vi.fn(async () => undefined) };
}
const spec = { width: 8, height: 8, channels: 1 as const, fit: 'contain' as const, mean: [0], deviation: [1] };
const description = { spec, classes: 2, weights: [0.5, 0.5] };

describe('openImageModel', () => {
  it('closes the network when the gradient model cannot be opened', async () => {
    const opened = network();
    const damaged = new GradError('data', 'gradients.onnx is damaged.');
    vi.mocked(openModel).mockResolvedValueOnce(opened).mockRejectedValueOnce(damaged);
    await describeImageModel(directory, description);
    await expect(openImageModel(directory)).rejects.toMatchObject({ code: 'artifact.invalid' });
    expect(opened.release).toHaveBeenCalledOnce();
  });

  it('closes both when the network has no features', async () => {
    const [bare, gradients] = [{ ...network(), outputs: [] }, network()];
    vi.mocked(openModel).mockResolvedValueOnce(bare).mockResolvedValueOnce(gradients);
    await describeImageModel(directory, description);
    await expect(openImageModel(directory)).rejects.toMatchObject({ code: 'artifact.invalid' });
    expect(bare.release).toHaveBeenCalledOnce();
    expect(gradients.release).toHaveBeenCalledOnce();
  });
});
