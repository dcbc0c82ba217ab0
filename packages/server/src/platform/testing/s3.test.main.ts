/** An S3 server in a process of its own, told its directory and bucket; says its port. */
import { createRequire } from 'node:module';

type S3Server = new (
  options: Record<string, unknown>,
) => {
  run(): Promise<{ port: number }>;
};
const S3rver = createRequire(import.meta.url)('@20minutes/s3rver') as S3Server;
const [directory, bucket] = process.argv.slice(2);
const server = new S3rver({
  ...{ directory, address: '127.0.0.1', port: 0, silent: true },
  configureBuckets: [{ name: bucket }],
  // It signs the bucket's own path in a way of its own.
  allowMismatchedSignatures: true,
});
process.send?.((await server.run()).port);
process.on('disconnect', () => process.exit());
