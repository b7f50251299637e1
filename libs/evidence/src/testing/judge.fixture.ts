import type { TrustFile } from '../trust/trust-file.js';
import { type BundleVerdict, isFailure } from '../verify/verdict.js';
import { type VerifyOptions, verifyBundle } from '../verify/verify-bundle.js';

/** What a test asks of a verdict. */
export interface Judgement {
  readonly exitCode: number;
  /** Reasons of failed checks, each once, in order. */
  readonly failed: readonly string[];
  /** Reasons of warnings, each once, in order. */
  readonly warned: readonly string[];
  readonly verdict: BundleVerdict;
}

export async function judge(
  bytes: Uint8Array,
  trust: TrustFile,
  options: Partial<VerifyOptions> = {},
): Promise<Judgement> {
  const verdict = await verifyBundle(bytes, trust, { at: null, ...options });
  const checks = verdict.stages.flatMap((stage) => stage.checks);
  const reasons = (of: typeof checks): string[] => [...new Set(of.map(({ reason }) => reason ?? 'NONE'))];
  return {
    exitCode: verdict.exitCode,
    failed: reasons(checks.filter(isFailure)),
    warned: reasons(checks.filter(({ result }) => result === 'warn')),
    verdict,
  };
}
