import type {
  BundleVerdict,
  Fact,
  ProfileName,
  RegulationRow,
  ReportFormat,
  RunGraph,
  StageName,
  StepParts,
} from '#evidence';

/** What a page asks the verifier's thread. Bytes are untrusted; `trust` is the relying party's own file. */
export type VerifierRequest =
  | {
      readonly kind: 'verify';
      readonly id: number;
      readonly bundle: Uint8Array;
      readonly trust: Uint8Array;
      readonly acceptWithheld: boolean;
    }
  | {
      readonly kind: 'redact';
      readonly id: number;
      readonly bundle: Uint8Array;
      readonly profile: ProfileName;
    }
  | {
      readonly kind: 'part';
      readonly id: number;
      readonly bundle: Uint8Array;
      readonly digest: string;
    }
  | {
      readonly kind: 'report';
      readonly id: number;
      readonly bundle: Uint8Array;
      readonly trust: Uint8Array;
      readonly acceptWithheld: boolean;
      readonly format: ReportFormat;
    };

/** A check with what a reader wants to know of it. */
export interface ShownCheck {
  readonly stage: StageName;
  readonly id: string;
  readonly title: string;
  readonly result: 'pass' | 'warn' | 'fail' | 'skip' | 'error';
  readonly reason: string | null;
  readonly expected: string | null;
  readonly actual: string | null;
  readonly where: string | null;
  readonly evidence: readonly string[];
  /** What a failure of this check means and what to do; null for one that passed. */
  readonly meaning: string | null;
  readonly advice: string | null;
  /** What checks of this kind look at. */
  readonly subject: string;
}

export interface Examination {
  /** First lines of the verdict, in the words of the command line. */
  readonly lines: readonly string[];
  readonly verdict: Omit<BundleVerdict, 'stages'>;
  readonly checks: readonly ShownCheck[];
  readonly graph: RunGraph | null;
  readonly facts: readonly Fact[];
  /** What each step rests on, as bytes to take away. */
  readonly stepParts: readonly StepParts[];
  readonly regulation: readonly RegulationRow[];
  /** `sha256:<hex>` of the file, and of the trust file in its canonical form. */
  readonly bundleDigest: string;
  readonly trustDigest: string;
  readonly sizeBytes: number;
  readonly tookMs: number;
}

export type VerifierReply =
  | { readonly kind: 'stage'; readonly id: number; readonly stage: StageName; readonly place: number }
  | { readonly kind: 'examined'; readonly id: number; readonly examination: Examination }
  | { readonly kind: 'redacted'; readonly id: number; readonly bundle: Uint8Array }
  | { readonly kind: 'part'; readonly id: number; readonly bytes: Uint8Array }
  | { readonly kind: 'reported'; readonly id: number; readonly text: string }
  | { readonly kind: 'refused'; readonly id: number; readonly code: string; readonly message: string };
