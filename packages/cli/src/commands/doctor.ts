import { access, constants, mkdir, statfs } from 'node:fs/promises';
import { unwrap } from '@vitrine/client';
import type { Command } from 'commander';
import { type CommonOptions, withCommon } from '../command.js';
import { connect } from '../connection.js';
import { dataDirOf } from '../data-dir.js';
import { engineSettings } from '../environment.js';
import { bytes, print } from '../output.js';

interface Finding {
  name: string;
  ok: boolean;
  message: string;
}

async function examine(name: string, check: () => Promise<string>): Promise<Finding> {
  try {
    return { name, ok: true, message: await check() };
  } catch (error) {
    return { name, ok: false, message: error instanceof Error ? error.message : String(error) };
  }
}

async function node(): Promise<string> {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19))
    throw new Error(`Node ${process.versions.node} is too old; install Node 20.19 or newer.`);
  return `Node ${process.versions.node}`;
}

async function engine(): Promise<string> {
  const { env } = await import('onnxruntime-node');
  const { selfTest } = await import('@vitrine/grad');
  const { chooseEngine } = await import('@vitrine/models');
  const { work, note } = await chooseEngine(engineSettings());
  const [provider = 'cpu'] = work.providers;
  const { works, message } = await selfTest(provider, { threads: work.threads });
  if (!works) throw new Error(message);
  const version = `ONNX Runtime ${env.versions.node ?? env.versions.common}`;
  return [`${version} on ${provider}, threads: ${work.threads}; ${message}`, note].filter(Boolean).join(' ');
}

async function pictures(): Promise<string> {
  const { default: sharp } = await import('sharp');
  const pixel = await sharp({ create: { width: 2, height: 2, channels: 3, background: '#808080' } })
    .jpeg()
    .toBuffer();
  const { format } = await sharp(pixel).metadata();
  return `sharp ${sharp.versions.sharp}, ${format} decoded`;
}

async function directory(dataDir: string): Promise<string> {
  await mkdir(dataDir, { recursive: true });
  await access(dataDir, constants.W_OK);
  const { bavail, bsize } = await statfs(dataDir);
  const free = bavail * bsize;
  if (free < 1e9)
    throw new Error(`Only ${bytes(free)} free in ${dataDir}; make room: trainings and imports need at least 1 GB.`);
  return `${dataDir}, ${bytes(free)} free`;
}

/** Opens the database (or asks the running server), and checks the files of every model in production. */
async function product(dataDir: string): Promise<Finding[]> {
  const connection = await connect(dataDir);
  try {
    const { client } = connection;
    const system = unwrap(await client.GET('/api/v1/system'));
    const models = unwrap(await client.GET('/api/v1/models', { params: { query: { stage: 'production' } } }));
    const found: Finding[] = [
      {
        name: 'database',
        ok: true,
        message: `${system.database}${connection.remote ? ', through the running server' : ''}`,
      },
      { name: 'files', ok: true, message: system.blobs === 'bucket' ? 'in the bucket' : 'in the data directory' },
    ];
    for (const model of models) {
      const name = `model ${model.task}@${model.version}`;
      found.push(
        await examine(
          name,
          async () =>
            unwrap(await client.GET('/api/v1/models/{id}/location', { params: { path: { id: model.id } } })).directory,
        ),
      );
    }
    return found;
  } finally {
    await connection.close();
  }
}

async function doctor(options: CommonOptions): Promise<void> {
  const dataDir = dataDirOf(options.dataDir);
  const findings = [
    await examine('node', node),
    await examine('engine', engine),
    await examine('images', pictures),
    await examine('data directory', () => directory(dataDir)),
    ...(await product(dataDir).catch((error: unknown): Finding[] => [
      { name: 'database', ok: false, message: error instanceof Error ? error.message : String(error) },
    ])),
  ];
  print(options.json, findings, () => {
    for (const { name, ok, message } of findings) console.log(`${ok ? 'ok  ' : 'FAIL'}  ${name.padEnd(18)} ${message}`);
  });
  if (findings.some((finding) => !finding.ok)) process.exitCode = 1;
}

/** `vitrine doctor`: is everything in place, and if not, what to do. */
export function doctorCommand(program: Command): void {
  withCommon(program.command('doctor').description('check the installation, the data directory and the models')).action(
    doctor,
  );
}
