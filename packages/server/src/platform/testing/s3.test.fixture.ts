import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeDir } from './data-dir.test.fixture.js';

export interface TestS3 {
  /** What processes that use it find in their environment. */
  environment: Record<string, string>;
  /** A setting with a prefix of its own in the server's one bucket. */
  setting(): string;
  close(): Promise<void>;
}

const bucket = 'shop';
const program = new URL('./s3.test.main.js', import.meta.url);

/**
 * An S3 server over HTTP, in a process of its own; or the bucket of VITRINE_TEST_S3 (`s3://bucket/prefix`), with credentials
 * and endpoint from the environment.
 */
export async function testS3(): Promise<TestS3> {
  const given = process.env.VITRINE_TEST_S3;
  if (given) return { environment: {}, setting: () => `${given}/${randomUUID()}`, close: async () => undefined };
  const directory = await mkdtemp(join(tmpdir(), 'vitrine-s3-'));
  // It enciphers its page tokens with what OpenSSL 3 calls legacy.
  const server = fork(program, [directory, bucket], { execArgv: ['--openssl-legacy-provider'] });
  const [port] = (await once(server, 'message')) as [number];
  return {
    environment: {
      AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${port}`,
      AWS_ACCESS_KEY_ID: 'S3RVER',
      AWS_SECRET_ACCESS_KEY: 'S3RVER',
      AWS_REGION: 'us-east-1',
    },
    setting: () => `s3://${bucket}/${randomUUID()}`,
    close: async () => {
      server.kill('SIGKILL');
      await once(server, 'exit');
      await removeDir(directory);
    },
  };
}
