import { AttestationError } from '../attestation-error.js';
import { fail, type Outcome, pass } from '../check-list.js';
import { attestationLimits } from '../limits.js';
import type { PinnedRoots } from '../x509/chain.js';
import { compareGoldenValues, type RimKind } from './golden-values.js';
import type { GpuReport } from './gpu-report.js';
import { type OcspResponse, parseOcspResponse } from './ocsp-response.js';
import { parseRim, type Rim } from './rim.js';
import { type RimVerification, verifyRim } from './verify-rim.js';

/**
 * What NVIDIA publishes about its devices, as data in any order: pieces for other devices do no harm, and every
 * piece that is used is verified.
 */
export interface GpuEndorsements {
  /** Signed reference manifests (SWID XML). */
  readonly rims: readonly Uint8Array[];
  /** OCSP responses (DER) for device and manifest certificates. */
  readonly ocsp: readonly Uint8Array[];
  /** Roots of the manifest signers; their kind must be that of the device's root. */
  readonly rimRoots: PinnedRoots;
  /** Times at which OCSP responses are judged; the time of judgement unless given. */
  readonly ocspAt?: { readonly deviceMs: number; readonly rimMs: number };
  /** How far `ocspAt` may lie before the time of judgement; null or absent: any time. */
  readonly ocspAgeMsMax?: number | null;
}

export interface ParsedEndorsements {
  readonly rims: readonly { readonly bytes: Uint8Array; readonly rim: Rim }[];
  readonly responses: readonly OcspResponse[];
  /** The first piece that could not be read. */
  readonly malformed: AttestationError | null;
}

const RIMS_MAX = 64;
/** One version may have a manifest for each of several boards. */
const CANDIDATES_MAX = 4;
const VBIOS_FORM = /^[0-9A-F]{2}(?:\.[0-9A-F]{2}){4}$/i;

/** Never throws: a piece that cannot be read is left out and named. */
export function parseEndorsements({ rims, ocsp }: GpuEndorsements): ParsedEndorsements {
  let malformed: AttestationError | null = null;
  const read = <T>(pieces: readonly Uint8Array[], max: number, parse: (bytes: Uint8Array) => T): T[] =>
    pieces.slice(0, max).flatMap((bytes) => {
      try {
        return [parse(bytes)];
      } catch (error) {
        if (!(error instanceof AttestationError)) throw error;
        malformed ??= error;
        return [];
      }
    });
  return {
    rims: read(rims, RIMS_MAX, (bytes) => ({ bytes, rim: parseRim(bytes) })),
    responses: read(ocsp, attestationLimits.ocspResponsesMax, parseOcspResponse),
    malformed,
  };
}

export function judgeForm({ rims, responses, malformed }: ParsedEndorsements): Outcome {
  if (malformed !== null)
    return fail(malformed.code, 'manifests and responses that can be read', malformed.message);
  return pass(`${rims.length} manifests, ${responses.length} responses`);
}

export interface ChosenRim {
  /** Null when no manifest of this kind was supplied. */
  readonly verification: RimVerification | null;
  readonly version: Outcome;
}

export interface RimChoice {
  readonly kind: RimKind;
  /** Version that the device reports; null when it reports none. */
  readonly version: string | null;
  /** Chip that the certificate names. */
  readonly architecture: string | null;
  readonly report: GpuReport;
  readonly roots: PinnedRoots;
  readonly atMs: number;
  readonly prefix: string;
}

/**
 * The manifest for the reported version and chip. If several fit, the one whose values the device shows: which
 * board a manifest is for stands in no signed field, only in the name by which it is fetched.
 */
export function chooseRim(parsed: ParsedEndorsements, choice: RimChoice): ChosenRim {
  const { kind, version, architecture, report, roots, atMs, prefix } = choice;
  const ofKind = parsed.rims.filter(({ rim }) => VBIOS_FORM.test(rim.version) === (kind === 'vbios'));
  const fitting = ofKind.filter(({ rim }) => isVersion(rim, version) && isProduct(rim, architecture));
  const candidates = (fitting.length > 0 ? fitting : ofKind).slice(0, CANDIDATES_MAX);
  const verified = candidates.map(({ bytes }) => verifyRim({ bytes, roots, atMs, prefix }));
  const verification =
    verified.find(({ rim, trusted }) => trusted && rim !== null && showsValuesOf(report, kind, rim)) ??
    verified.find(({ trusted }) => trusted) ??
    verified[0] ??
    null;
  return { verification, version: judgeVersion(verification?.rim ?? null, choice) };
}

function judgeVersion(rim: Rim | null, { kind, version, architecture }: RimChoice): Outcome {
  const expected = `a ${kind} manifest for ${architecture ?? 'the chip'} ${version ?? 'of an unknown version'}`;
  if (rim === null) return fail('RIM_MISSING', expected, 'none was supplied');
  const fits = isVersion(rim, version) && isProduct(rim, architecture);
  const actual = `${rim.product} ${rim.version}`;
  return fits ? pass(actual) : fail('RIM_VERSION_MISMATCH', expected, actual);
}

function isVersion(rim: Rim, version: string | null): boolean {
  return version !== null && rim.version.toUpperCase() === version.toUpperCase();
}

/** Family of the chip (`GH`, `GB`, `LS`): one manifest serves the chips of a family. */
function isProduct(rim: Rim, architecture: string | null): boolean {
  return architecture !== null && rim.product.slice(0, 2).toUpperCase() === architecture.slice(0, 2);
}

function showsValuesOf(report: GpuReport, kind: RimKind, rim: Rim): boolean {
  return compareGoldenValues(report, { [kind]: rim }).mismatches.length === 0;
}
