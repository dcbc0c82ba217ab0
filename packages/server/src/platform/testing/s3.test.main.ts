/** An S3 server in a process of its own, told its directory and bucket; says its port. */
import S3rver from '@20minutes/s3rver';

const [directory, bucket] = process.argv.slice(2);
const server = new S3rver({
  ...{ directory, address: '127.0.0.1', port: 0, silent: true },
  configureBuckets: [{ name: bucket }],
  // It signs the bucket's own path in a way of its own.
  allowMismatchedSignatures: true,
});
process.send?.((await server.run()).port);
process.on('disconnect', () => process.exit());
