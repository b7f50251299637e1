import { ClientError } from '#client';
import { CollateralError } from '#collateral';
import { ApiError } from '#contracts';
import { QuoteError } from '#worker';
import { renderRefused } from '../evidence/render-appraisal.js';
import { exitCode, printFailure, reportFileFailure } from './failure.js';

/** Prints one clear line (never a stack) and returns the exit code. */
export function reportFailure(error: unknown): number {
  if (error instanceof ApiError) {
    printFailure(`${error.reason}: ${error.message}`);
    return error.reason === 'UNAVAILABLE' ? exitCode.malformed : exitCode.failed;
  }
  if (error instanceof ClientError) {
    printFailure(`${error.code}: ${error.message}`);
    process.stderr.write(renderRefused(error.refused));
    return exitCode.failed;
  }
  if (error instanceof QuoteError) {
    printFailure(`${error.code}: ${error.message}`);
    return error.code === 'QUOTE_SOURCE_UNKNOWN' ? exitCode.usage : exitCode.malformed;
  }
  if (error instanceof CollateralError) {
    printFailure(`${error.code}: ${error.message}`);
    return error.code === 'COLLATERAL_CONFIG' ? exitCode.usage : exitCode.malformed;
  }
  return reportFileFailure(error);
}
