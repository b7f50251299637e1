import type { LoggerService } from '@nestjs/common';
import { type Logger, pino } from 'pino';

export type { Logger };

/**
 * One JSON line per event on standard output. Values that could hold a tenant's data are never logged: callers pass
 * identifiers, digests and reason codes only, and the canary test of the demo searches these lines.
 */
export function createLogger(name: string, level = process.env['SEALFLOW_LOG_LEVEL'] ?? 'info'): Logger {
  return pino({
    name,
    level,
    base: { name, pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: errorFacts },
  });
}

const MESSAGE_CHARS_MAX = 200;
const FRAMES_MAX = 12;

/**
 * What a log keeps of an error: its kind, the first line of its text, and where it was thrown. Libraries quote what
 * they worked on in the lines that follow (a query's parameters, a line of a document).
 */
export function errorFacts(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error };
  const { code } = error as { code?: unknown };
  return {
    type: error.name,
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    message: (error.message.split('\n')[0] ?? '').slice(0, MESSAGE_CHARS_MAX),
    frames: (error.stack ?? '')
      .split('\n')
      .filter((line) => /^ {4}at /.test(line))
      .slice(0, FRAMES_MAX),
  };
}

/** Nest's own messages through the same logger. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, context?: string): void {
    this.logger.debug({ context }, String(message));
  }

  error(message: unknown, _stack?: string, context?: string): void {
    this.logger.error({ context }, String(message));
  }

  warn(message: unknown, context?: string): void {
    this.logger.warn({ context }, String(message));
  }
}
