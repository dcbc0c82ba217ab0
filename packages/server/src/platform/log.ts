import { type DestinationStream, type Level, type Logger, pino } from 'pino';
import { withoutParameters } from './database/query-fault.js';

/** The server's log, a JSON line an entry: without credentials, and without what failed queries were given. */
export function openLog(level: Level | 'silent' = 'info', destination?: DestinationStream): Logger {
  const options = {
    level,
    redact: ['req.headers.authorization', 'req.headers.cookie'],
    serializers: { err: (error: unknown) => pino.stdSerializers.err(withoutParameters(error) as Error) },
  };
  return destination ? pino(options, destination) : pino(options);
}
