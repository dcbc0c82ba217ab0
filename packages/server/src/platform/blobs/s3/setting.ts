import type { S3ClientConfig } from '@aws-sdk/client-s3';
import { VitrineError } from '@vitrine/models';

export interface S3Setting {
  bucket: string;
  /** Empty, or ending in a slash. */
  prefix: string;
  /** Whether browsers may fetch photos from the bucket itself, through links that expire. */
  direct: boolean;
  client: S3ClientConfig;
}

/**
 * Reads `s3://bucket/prefix`, with `?links=direct` where browsers reach the bucket. Region, credentials and the endpoint of
 * another S3 service come from the environment (`AWS_REGION`, `AWS_ACCESS_KEY_ID`, `AWS_ENDPOINT_URL_S3` …), as for every
 * AWS program.
 * @throws VitrineError `blobs.setting`
 */
export function s3Setting(text: string, environment: NodeJS.ProcessEnv = process.env): S3Setting {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const links = url?.searchParams.get('links') ?? 'server';
  const known = [...(url?.searchParams.keys() ?? [])].every((name) => name === 'links');
  if (url?.protocol !== 's3:' || !url.hostname || !known || !['server', 'direct'].includes(links))
    throw new VitrineError(
      'blobs.setting',
      `VITRINE_BLOBS must look like s3://bucket/prefix, with ?links=direct where browsers reach the bucket; it is “${text}”.`,
    );
  const path = decodeURIComponent(url.pathname).replace(/^\/+|\/+$/g, '');
  const endpoint = environment.AWS_ENDPOINT_URL_S3 ?? environment.AWS_ENDPOINT_URL;
  return {
    bucket: url.hostname,
    prefix: path && `${path}/`,
    direct: links === 'direct',
    // Other services than Amazon's have no host name for each bucket, and take any region.
    client: endpoint ? { endpoint, forcePathStyle: true, region: environment.AWS_REGION ?? 'us-east-1' } : {},
  };
}
