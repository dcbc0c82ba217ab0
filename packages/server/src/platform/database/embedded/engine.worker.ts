import { fsyncSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';
import type { EngineAnswer, EngineOrder, EngineWork } from './engine.js';

/** The stream operations of Emscripten's host file system; `nfd` is the host's file descriptor. */
interface HostStreams {
  fsync?(stream: { nfd: number }): number;
}

/**
 * PGlite's file system with a working fsync: Emscripten's own ignores it, so that a power cut could take acknowledged
 * commits. With it PostgreSQL's write-ahead log keeps its promise.
 */
class DurableFileSystem extends NodeFS {
  override async init(...parameters: Parameters<NodeFS['init']>): ReturnType<NodeFS['init']> {
    const { emscriptenOpts } = await super.init(...parameters);
    type PreRun = Extract<typeof emscriptenOpts.preRun, unknown[]>;
    const hook: PreRun[number] = (module: unknown) => {
      const { FS } = module as { FS: { filesystems: { NODEFS: { stream_ops: HostStreams } } } };
      FS.filesystems.NODEFS.stream_ops.fsync = ({ nfd }) => {
        fsyncSync(nfd);
        return 0;
      };
    };
    return { emscriptenOpts: { ...emscriptenOpts, preRun: [...((emscriptenOpts.preRun ?? []) as PreRun), hook] } };
  }
}

async function serve(): Promise<void> {
  const { directory, create, postgres } = workerData as EngineWork;
  const engine = await PGlite.create({
    fs: new DurableFileSystem(directory),
    pgliteWasmModule: postgres,
    startParams: [
      // -F is fsync=off.
      ...PGlite.defaultStartParams.filter((parameter) => parameter !== '-F'),
      ...['-c', 'fsync=on', '-c', 'wal_sync_method=fsync', '-c', 'shared_buffers=32MB', '-c', 'max_wal_size=128MB'],
      ...['-c', 'timezone=UTC'],
    ],
  });
  if (create) {
    await engine.close();
    process.exit();
  }
  parentPort?.on('message', async (order: EngineOrder) => parentPort?.postMessage(await answerTo(engine, order)));
  parentPort?.postMessage({ id: 0 } satisfies EngineAnswer);
}

async function answerTo(engine: PGlite, { id, bytes }: EngineOrder): Promise<EngineAnswer> {
  try {
    if (bytes) return { id, bytes: await engine.execProtocolRaw(bytes) };
    await engine.close();
    return { id };
  } catch (error) {
    return { id, error: error instanceof Error ? error.message : String(error) };
  }
}

void serve();
