import type { EngineSettings } from '@vitrine/models';
import { VitrineError } from '@vitrine/models/errors';
import type { ServerOptions } from '@vitrine/server';
import { dataDirOf } from './data-dir.js';

const logLevels = ['silent', 'error', 'warn', 'info', 'debug'] as const;

/**
 * What the environment says of the server, for every command alike: `DATABASE_URL`, `VITRINE_BLOBS`, `VITRINE_ADMIN_EMAIL` and `_PASSWORD`,
 * `VITRINE_PUBLIC_URL`, `VITRINE_TRUST_PROXY`, `VITRINE_METRICS_TOKEN`, `VITRINE_PREDICTION_DAYS`,
 * `VITRINE_COLLECT_FROM` (addresses of test servers, with commas between), `VITRINE_LOG`, and `engineSettings`.
 * @throws VitrineError `cli.environment` for a value that can't be used
 */
export function serverOptions(dataDir: string | undefined): ServerOptions {
  const {
    DATABASE_URL,
    VITRINE_BLOBS,
    VITRINE_ADMIN_EMAIL,
    VITRINE_ADMIN_PASSWORD,
    VITRINE_PUBLIC_URL,
    VITRINE_TRUST_PROXY,
    VITRINE_LOG,
    VITRINE_METRICS_TOKEN,
    VITRINE_PREDICTION_DAYS,
    VITRINE_COLLECT_FROM,
  } = process.env;
  const logLevel = logLevels.find((level) => level === (VITRINE_LOG ?? 'warn'));
  if (!logLevel) throw new VitrineError('cli.environment', `VITRINE_LOG must be one of: ${logLevels.join(', ')}.`);
  if (Boolean(VITRINE_ADMIN_EMAIL) !== Boolean(VITRINE_ADMIN_PASSWORD))
    throw new VitrineError('cli.environment', 'Set both VITRINE_ADMIN_EMAIL and VITRINE_ADMIN_PASSWORD, or neither.');
  return {
    dataDir: dataDirOf(dataDir),
    databaseUrl: DATABASE_URL || undefined,
    blobs: VITRINE_BLOBS || undefined,
    publicUrl: VITRINE_PUBLIC_URL || undefined,
    trustProxy: VITRINE_TRUST_PROXY === 'true',
    metricsToken: VITRINE_METRICS_TOKEN || undefined,
    predictionDays: VITRINE_PREDICTION_DAYS ? daysOf(VITRINE_PREDICTION_DAYS) : undefined,
    collectFrom: VITRINE_COLLECT_FROM?.split(',').map((address) => address.trim()),
    engine: engineSettings(),
    logLevel,
    ...(VITRINE_ADMIN_EMAIL && VITRINE_ADMIN_PASSWORD
      ? { admin: { email: VITRINE_ADMIN_EMAIL, password: VITRINE_ADMIN_PASSWORD } }
      : {}),
  };
}

/** What it says of the numerical engine: `VITRINE_THREADS`, `VITRINE_PROVIDER`, `VITRINE_ARENA`. */
export function engineSettings(): EngineSettings {
  const { VITRINE_THREADS, VITRINE_PROVIDER, VITRINE_ARENA } = process.env;
  return {
    threads: VITRINE_THREADS || undefined,
    provider: VITRINE_PROVIDER || undefined,
    arena: VITRINE_ARENA || undefined,
  };
}

function daysOf(text: string): number {
  if (!/^\d{1,5}$/.test(text))
    throw new VitrineError(
      'cli.environment',
      'VITRINE_PREDICTION_DAYS must be a number of days; 0 keeps them for ever.',
    );
  return Number(text);
}
