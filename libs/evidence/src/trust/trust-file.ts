import {
  type AppraisalPolicy,
  AttestationError,
  parseAppraisalPolicy,
  parseCertificateAt,
  parseTrustRoots,
  type TrustRoots,
} from '#attestation';
import {
  canonicalBytes,
  type Digest,
  digestOf,
  fromBase64,
  type Json,
  parseJsonStrict,
  parseTime,
  toJson,
} from '#canonical';
import { EvidenceError } from '../evidence-error.js';
import { FieldReader } from '../field-reader.js';
import type { TimestampAuthority } from '../time/authority-path.js';
import type { LogPolicy } from '../tlog/log-policy.js';
import { noteKeyTypes, parseVerifierKey, type VerifierKey } from '../tlog/verifier-key.js';

/*
 * Everything a relying party believes without proof. Nothing in a bundle can add to it: a root, a key or a rule that
 * travels with the evidence is data to be compared with this file.
 */

export interface TrustFile {
  readonly v: 'sealflow/trust/v1';
  /** Which hardware roots count, and which of them are simulated. */
  readonly roots: TrustRoots;
  readonly policy: AppraisalPolicy;
  readonly circuits: {
    /** Digests of circuit manifests that may prove a step. */
    readonly manifests: readonly Digest[];
    /** Digests of manifests that may prove no more, whatever else says so. */
    readonly revoked?: readonly Digest[];
    /** Accepts circuits whose setup is a dev setup; steps are still reported as such. */
    readonly allowDev: boolean;
  };
  /** Raw Ed25519 keys, base64, of persons who may decide a human step. */
  readonly approvers: readonly string[];
  /** The log; `vkey` is a C2SP verifier key. */
  readonly log: { readonly origin: string; readonly vkey: string };
  /** Raw Ed25519 keys, base64, that may sign plans and roots. */
  readonly orchestratorKeys: readonly string[];
  /** C2SP cosignature verifier keys. */
  readonly witnesses: readonly string[];
  readonly witnessQuorum: number;
  /** Who is believed about time: DER certificates, base64, of authorities or of their roots. */
  readonly timestampAuthorities?: readonly TrustedAuthority[];
  /** How many of them must have stamped a run; none when absent. */
  readonly tsaQuorum?: number;
}

export interface TrustedAuthority {
  readonly name: string;
  readonly certificate: string;
  /** Stamped times that count, inclusive. */
  readonly from?: string;
  readonly to?: string;
}

const trustBytesMax = 1024 * 1024;
const keysMax = 64;
const members = [
  'v',
  'roots',
  'policy',
  'circuits',
  'approvers',
  'log',
  'orchestratorKeys',
  'witnesses',
  'witnessQuorum',
  'timestampAuthorities',
  'tsaQuorum',
] as const;

/** Reads a trust file. Raises `TRUST_FILE_MALFORMED`, for unknown members too: a misspelt rule must not vanish. */
export function parseTrustFile(bytes: Uint8Array): TrustFile {
  let json: Json;
  try {
    json = parseJsonStrict(bytes, { bytesMax: trustBytesMax });
  } catch (error) {
    throw malformed(error instanceof Error ? error.message : 'not JSON');
  }
  const reader = FieldReader.of(json, 'trust file', 'TRUST_FILE_MALFORMED').only(members);
  const circuits = reader.reader('circuits').only(['manifests', 'revoked', 'allowDev']);
  const log = reader.reader('log').only(['origin', 'vkey']);
  const trust: TrustFile = {
    v: reader.oneOf('v', ['sealflow/trust/v1']),
    roots: attestationPart(() => parseTrustRoots(reader.json('roots'))),
    policy: attestationPart(() => parseAppraisalPolicy(reader.json('policy'))),
    circuits: {
      manifests: circuits.digests('manifests', 256),
      ...(circuits.has('revoked') ? { revoked: circuits.digests('revoked', 256) } : {}),
      allowDev: circuits.flag('allowDev'),
    },
    approvers: publicKeys(reader, 'approvers'),
    log: { origin: log.nonEmpty('origin', 256), vkey: log.nonEmpty('vkey', 512) },
    orchestratorKeys: publicKeys(reader, 'orchestratorKeys'),
    witnesses: reader.texts('witnesses', keysMax),
    witnessQuorum: reader.integer('witnessQuorum', { max: keysMax }),
    ...(reader.has('timestampAuthorities')
      ? { timestampAuthorities: reader.readers('timestampAuthorities', keysMax).map(trustedAuthority) }
      : {}),
    ...(reader.has('tsaQuorum') ? { tsaQuorum: reader.integer('tsaQuorum', { max: keysMax }) } : {}),
  };
  logPolicyOf(trust);
  timestampAuthoritiesOf(trust);
  return trust;
}

/** Names the trust file in verdicts and appraisals. */
export function trustFileDigest(trust: TrustFile): Digest {
  return digestOf(canonicalBytes(toJson(trust)));
}

export function encodeTrustFile(trust: TrustFile): Uint8Array {
  const bytes = canonicalBytes(toJson(trust));
  parseTrustFile(bytes);
  return bytes;
}

/** The trust file's part about logs, as the general policy. Raises `TRUST_FILE_MALFORMED`. */
export function logPolicyOf(trust: Pick<TrustFile, 'log' | 'witnesses' | 'witnessQuorum'>): LogPolicy {
  const log = verifierKey(trust.log.vkey, noteKeyTypes.ed25519, 'log.vkey');
  if (log.name !== trust.log.origin) throw malformed('log.vkey must be a key of log.origin');
  const witnesses = new Map<string, VerifierKey>();
  for (const [index, text] of trust.witnesses.entries()) {
    const key = verifierKey(text, noteKeyTypes.cosignature, `witnesses[${index}]`);
    if (witnesses.has(key.name)) throw malformed(`witnesses[${index}]: a witness is named twice`);
    witnesses.set(key.name, key);
  }
  if (trust.witnessQuorum > witnesses.size) {
    throw malformed(`witnessQuorum ${trust.witnessQuorum} of ${witnesses.size} witnesses can never be met`);
  }
  const group = { threshold: trust.witnessQuorum, members: [...witnesses.keys()] };
  return { logs: [log], witnesses, groups: new Map([[' quorum', group]]), quorum: ' quorum' };
}

/** The trust file's part about time. Raises `TRUST_FILE_MALFORMED`. */
export function timestampAuthoritiesOf({
  timestampAuthorities: given = [],
  tsaQuorum = 0,
}: Pick<TrustFile, 'timestampAuthorities' | 'tsaQuorum'>): readonly TimestampAuthority[] {
  const names = new Set(given.map(({ name }) => name));
  if (tsaQuorum > names.size)
    throw malformed(`tsaQuorum ${tsaQuorum} of ${names.size} timestamp authorities can never be met`);
  return given.map(({ name, certificate, from, to }, index) => ({
    name,
    certificate: attestationPart(() =>
      parseCertificateAt(fromBase64(certificate), `timestampAuthorities[${index}]`),
    ),
    fromMs: from === undefined ? null : parseTime(from),
    toMs: to === undefined ? null : parseTime(to),
  }));
}

function trustedAuthority(reader: FieldReader): TrustedAuthority {
  reader.only(['name', 'certificate', 'from', 'to']);
  return {
    name: reader.nonEmpty('name', 256),
    certificate: reader.base64('certificate'),
    ...(reader.has('from') ? { from: reader.time('from') } : {}),
    ...(reader.has('to') ? { to: reader.time('to') } : {}),
  };
}

function publicKeys(reader: FieldReader, name: string): string[] {
  return reader.texts(name, keysMax).map((text, index) => {
    return new FieldReader({ key: text }, `${reader.path}.${name}[${index}]`, reader.code).base64('key', 32);
  });
}

function verifierKey(text: string, type: number, place: string): VerifierKey {
  try {
    const key = parseVerifierKey(text);
    if (key.type === type) return key;
  } catch {
    // Falls through to the one message that names the place.
  }
  throw malformed(`${place}: expected a verifier key, name+hash+base64, of signature type ${type}`);
}

function attestationPart<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof AttestationError || error instanceof EvidenceError) throw malformed(error.message);
    throw error;
  }
}

function malformed(what: string): EvidenceError {
  return new EvidenceError('TRUST_FILE_MALFORMED', `trust file: ${what}`);
}
