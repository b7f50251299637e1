import { type BundleVerdict, type TrustFile, type VerifyOptions, verifyBundle } from '#evidence';
import { exitCode, UsageError } from '../output/failure.js';
import { readBundle } from './read-bundle.js';

/** What became of one file of a batch: a verdict, or the reason why there is none. */
export type FileVerdict =
  | {
      readonly file: string;
      readonly exitCode: number;
      readonly verdict: BundleVerdict;
      readonly error: null;
    }
  | { readonly file: string; readonly exitCode: number; readonly verdict: null; readonly error: string };

/** The process ends with the worse of both verdicts: what is not accepted today must not pass in a script. */
export function codeOf({ exitCode: asOfT, hindsight }: BundleVerdict): number {
  // Hindsight is never better.
  return hindsight?.exitCode ?? asOfT;
}

/**
 * Never throws: a file that cannot be read is a line of the batch, not its end.
 *
 * @param checks false leaves out what only a full report shows
 */
export async function verifyOne(
  file: string,
  trust: TrustFile,
  { judged, checks }: { readonly judged: VerifyOptions; readonly checks: boolean },
): Promise<FileVerdict> {
  try {
    const verdict = await verifyBundle(await readBundle(file), trust, judged);
    const shown = checks ? verdict : { ...verdict, stages: [], steps: [] };
    return { file, exitCode: codeOf(verdict), verdict: shown, error: null };
  } catch (error) {
    const message = error instanceof Error ? error.message : 'unreadable';
    const code = error instanceof UsageError ? error.code : exitCode.malformed;
    return { file, exitCode: code, verdict: null, error: message };
  }
}
