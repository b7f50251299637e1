import { type Digest, fromBase64, isDigest, isJsonObject, type Json, type JsonObject } from '#canonical';
import { withDisclosures } from '../disclosure/assign.js';
import { type DsseEnvelope, envelopeFromJson } from '../dsse/envelope.js';
import { FieldReader } from '../field-reader.js';
import {
  type BundleTimestamp,
  RENEWALS_MAX,
  type Renewal,
  readRenewal,
  readTimestamp,
} from '../time/members.js';
import { bundleLimits } from './bundle-limits.js';

/** A bundle taken apart: well formed, and nothing in it verified. */
export interface Bundle {
  /** Each statement with the disclosures that its digests ask for. */
  readonly root: DsseEnvelope;
  readonly steps: readonly DsseEnvelope[];
  readonly stepProofs: readonly StepProof[];
  /** Leaves of steps that whoever passed the bundle on does not show. */
  readonly withheldSteps: readonly WithheldStep[];
  readonly appraisals: readonly DsseEnvelope[];
  /** Digests of stored appraisals that are not shown. */
  readonly withheldAppraisals: readonly Digest[];
  readonly blobs: ReadonlyMap<Digest, BundleBlob>;
  readonly log: readonly LogEntry[];
  readonly timestamps: readonly BundleTimestamp[];
  readonly renewals: readonly Renewal[];
  readonly hints: JsonObject | null;
}

export interface StepProof {
  readonly stepDigest: Digest;
  readonly index: number;
  readonly leafSalt: Uint8Array;
  readonly path: readonly Uint8Array[];
}

/** A leaf without its statement: the salt stays out, so that the digest of the statement cannot be guessed. */
export interface WithheldStep {
  readonly index: number;
  readonly leafHash: Uint8Array;
  readonly path: readonly Uint8Array[];
}

export interface BundleBlob {
  readonly mediaType: string;
  readonly size: number;
  /** null when the bundle only names the blob. */
  readonly bytes: Uint8Array | null;
}

export interface LogEntry {
  readonly origin: string;
  /** c2sp.org/tlog-proof@v1, verbatim. */
  readonly proof: string;
  readonly leaf: Uint8Array;
}

/** Takes a parsed document apart. Raises `BUNDLE_MALFORMED` or `ENVELOPE_MALFORMED`; unknown members are ignored. */
export function readContainer(document: JsonObject): Bundle {
  const reader = new FieldReader(document, 'bundle', 'BUNDLE_MALFORMED');
  const envelopes = (name: string, countMax: number): DsseEnvelope[] =>
    reader.items(name, countMax).map((item, index) => envelopeFromJson(item, `bundle.${name}[${index}]`));
  const bare = envelopeFromJson(reader.json('root'), 'bundle.root');
  const given = reader.has('disclosures') ? disclosures(reader) : [];
  const [root = bare, ...steps] = withDisclosures(
    [bare, ...envelopes('steps', bundleLimits.stepsMax)],
    given,
  );
  return {
    root,
    steps,
    stepProofs: reader.readers('stepProofs', bundleLimits.stepsMax).map(stepProof),
    withheldSteps: reader.has('withheldSteps')
      ? reader.readers('withheldSteps', bundleLimits.stepsMax).map(withheldStep)
      : [],
    appraisals: envelopes('appraisals', bundleLimits.appraisalsMax),
    withheldAppraisals: reader.has('withheldAppraisals')
      ? reader.digests('withheldAppraisals', bundleLimits.appraisalsMax)
      : [],
    blobs: blobs(reader),
    log: reader.has('log') ? reader.readers('log', bundleLimits.logEntriesMax).map(logEntry) : [],
    timestamps: reader.readers('timestamps', 16).map(readTimestamp),
    renewals: reader.has('renewals') ? reader.readers('renewals', RENEWALS_MAX).map(readRenewal) : [],
    hints: reader.has('hints') ? reader.object('hints') : null,
  };
}

function disclosures(reader: FieldReader): string[] {
  return reader
    .items('disclosures', bundleLimits.disclosuresMax)
    .map((item) => (typeof item === 'string' ? item : reader.refuse('disclosures', 'a list of texts')));
}

function stepProof(reader: FieldReader): StepProof {
  return {
    stepDigest: reader.digest('stepDigest'),
    index: reader.integer('index', { max: 2 ** 32 }),
    leafSalt: reader.bytes('leafSalt', 32),
    path: pathOf(reader),
  };
}

function withheldStep(reader: FieldReader): WithheldStep {
  return {
    index: reader.integer('index', { max: 2 ** 32 }),
    leafHash: reader.bytes('leafHash', 32),
    path: pathOf(reader),
  };
}

function pathOf(reader: FieldReader): Uint8Array[] {
  return reader.texts('path', bundleLimits.pathMax).map((text, index) => pathHash(reader, text, index));
}

function pathHash(reader: FieldReader, text: string, index: number): Uint8Array {
  try {
    const hash = fromBase64(text);
    if (hash.length === 32) return hash;
  } catch {
    // Falls through to the one message that names the place.
  }
  return reader.refuse('path', `canonical base64 of 32 bytes at ${index}`);
}

function blobs(reader: FieldReader): Map<Digest, BundleBlob> {
  const members = reader.reader('blobs');
  const names = Object.keys(members.value);
  if (names.length > bundleLimits.blobsMax) reader.refuse('blobs', `at most ${bundleLimits.blobsMax} blobs`);
  const found = new Map<Digest, BundleBlob>();
  for (const name of names) {
    if (!isDigest(name)) return members.refuse(name, 'a name of the form sha256:<64 lower-case hex digits>');
    const entry = FieldReader.of(members.value[name], `bundle.blobs.${name}`, 'BUNDLE_MALFORMED');
    const detached = entry.has('detached') && entry.flag('detached');
    if (detached && entry.has('data')) entry.refuse('detached', 'either data or detached');
    found.set(name, {
      mediaType: entry.nonEmpty('mediaType', 256),
      size: entry.integer('size', { max: Number.MAX_SAFE_INTEGER }),
      bytes: detached ? null : entry.bytes('data'),
    });
  }
  return found;
}

function logEntry(reader: FieldReader): LogEntry {
  return {
    origin: reader.nonEmpty('origin', 256),
    proof: reader.nonEmpty('proof', 256 * 1024),
    leaf: reader.bytes('leaf'),
  };
}

/** The media type of a document that may be none; null when it has no such member. */
export function mediaTypeOf(document: Json): string | null {
  const value = isJsonObject(document) ? document['mediaType'] : undefined;
  return typeof value === 'string' ? value : null;
}
