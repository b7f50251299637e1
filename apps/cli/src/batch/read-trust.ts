import { EvidenceError, parseTrustFile, type TrustFile } from '#evidence';
import { exitCode, UsageError } from '../output/failure.js';
import { readBounded } from './read-bundle.js';

/** @param hint what to do about a file that cannot be read */
export function readTrustFile(file: string, hint = ''): TrustFile {
  const bytes = readBounded(file, exitCode.trustRoot, hint);
  try {
    return parseTrustFile(bytes);
  } catch (error) {
    if (error instanceof EvidenceError) throw new UsageError(`${file}: ${error.message}`, exitCode.trustRoot);
    throw error;
  }
}
