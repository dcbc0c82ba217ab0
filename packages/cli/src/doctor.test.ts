import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { vitrineOn } from './testing/command.test.fixture.js';

/** ONNX Runtime has each of these on another system only. */
const elsewhere = process.platform === 'darwin' ? 'dml' : 'coreml';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'vitrine-doctor-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
});

async function engine() {
  const { code, answer } = await vitrineOn(dataDir, 'doctor');
  const findings = answer as unknown as { name: string; ok: boolean; message: string }[];
  return { code, ...findings.find(({ name }) => name === 'engine') };
}

test('the doctor says what the engine runs on, and why it is not what was asked for', async () => {
  vi.stubEnv('VITRINE_THREADS', '3');
  vi.stubEnv('VITRINE_PROVIDER', elsewhere);
  const { code, ok, message } = await engine();
  expect([code, ok]).toEqual([0, true]);
  expect(message).toMatch(/on cpu, threads: 3; cpu computes correctly/);
  expect(message).toContain(`The engine runs on the CPU: VITRINE_PROVIDER=${elsewhere} fails its self-test.`);
});

test('the doctor names a setting that can’t be used', async () => {
  vi.stubEnv('VITRINE_THREADS', 'many');
  expect(await engine()).toMatchObject({
    code: 1,
    ok: false,
    message: expect.stringContaining('VITRINE_THREADS must'),
  });
});
