import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { s3Setting } from '../blobs/s3/setting.js';
import { removeDir } from './data-dir.test.fixture.js';
import { freePorts } from './free-ports.test.fixture.js';
import type { TestS3 } from './s3.test.fixture.js';

const kinds = ['account', 'container', 'object', 'proxy'] as const;
const program = (kind: string) => `/usr/bin/swift-${kind}-server`;
const bucket = 'shop';

/** Whether Debian's packages of OpenStack Swift are installed, with the setting that all its programs share. */
export const swiftIsHere = existsSync('/etc/swift/swift.conf') && kinds.every((kind) => existsSync(program(kind)));

/** Says where each kind of data lies: all of it once, on one disk. */
const rings = `
import sys
from swift.common.ring import RingBuilder
folder, *ports = sys.argv[1:]
for kind, port in zip(['account', 'container', 'object'], map(int, ports)):
    builder = RingBuilder(4, 1, 0)
    builder.add_dev({'region': 1, 'zone': 1, 'ip': '127.0.0.1', 'port': port, 'device': 'disk', 'weight': 1})
    builder.rebalance()
    builder.get_ring().save(f'{folder}/{kind}.ring.gz')
`;

const s3api = `
[pipeline:main]
pipeline = catch_errors healthcheck cache listing_formats s3api tempauth copy slo versioned_writes proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
# tempauth wants one, and does without where nobody answers.
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:1
[filter:s3api]
use = egg:swift#s3api
location = us-east-1
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = testing .admin
${['catch_errors', 'healthcheck', 'listing_formats', 'copy', 'slo', 'versioned_writes']
  .map((name) => `[filter:${name}]\nuse = egg:swift#${name}\n`)
  .join('')}`;

/** OpenStack Swift behind its S3 API, in processes of its own and a temporary directory. */
export async function testSwift(): Promise<TestS3> {
  const directory = await mkdtemp(join(tmpdir(), 'vitrine-swift-'));
  await mkdir(join(directory, 'devices', 'disk'), { recursive: true });
  const ports = await freePorts(kinds.length);
  execFileSync('/usr/bin/python3', ['-c', rings, directory, ...ports.slice(0, 3).map(String)]);
  const servers = await Promise.all(kinds.map((kind, i) => start(kind, ports[i] as number, directory)));
  const environment = {
    AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${ports.at(-1)}`,
    AWS_ACCESS_KEY_ID: 'test:tester',
    AWS_SECRET_ACCESS_KEY: 'testing',
    AWS_REGION: 'us-east-1',
  };
  const close = async () => {
    for (const server of servers) {
      server.kill('SIGKILL');
      if (server.signalCode === null && server.exitCode === null) await once(server, 'exit');
    }
    await removeDir(directory);
  };
  await createBucket(environment).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  return { environment, setting: () => `s3://${bucket}/${randomUUID()}`, close };
}

async function start(kind: string, port: number, directory: string): Promise<ChildProcess> {
  const file = join(directory, `${kind}-server.conf`);
  const common = `[DEFAULT]
bind_ip = 127.0.0.1
bind_port = ${port}
workers = 0
user = ${userInfo().username}
swift_dir = ${directory}
devices = ${join(directory, 'devices')}
mount_check = false
`;
  const own = `[pipeline:main]\npipeline = ${kind}-server\n[app:${kind}-server]\nuse = egg:swift#${kind}\n`;
  await writeFile(file, common + (kind === 'proxy' ? s3api : own));
  return spawn(program(kind), [file], { stdio: 'ignore' });
}

/** Tried until all four answer, which start at their own pace. */
async function createBucket(environment: Record<string, string>): Promise<void> {
  const { client } = s3Setting(`s3://${bucket}`, environment);
  const credentials = {
    accessKeyId: environment.AWS_ACCESS_KEY_ID ?? '',
    secretAccessKey: environment.AWS_SECRET_ACCESS_KEY ?? '',
  };
  const s3 = new S3Client({ ...client, credentials, maxAttempts: 1, requestChecksumCalculation: 'WHEN_REQUIRED' });
  for (let attempt = 0; ; attempt++)
    try {
      await s3.send(new CreateBucketCommand({ Bucket: bucket }));
      return s3.destroy();
    } catch (error) {
      if (attempt >= 200) throw error;
      await sleep(100);
    }
}
