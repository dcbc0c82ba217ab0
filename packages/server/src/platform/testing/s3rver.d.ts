declare module '@20minutes/s3rver' {
  /** An S3 server for tests. */
  export default class S3rver {
    constructor(options: Record<string, unknown>);
    run(): Promise<{ port: number }>;
  }
}
