import { createPublicKey, X509Certificate } from 'node:crypto';
import { type Bundle, bundleFromJSON } from '@sigstore/bundle';
import { PolicyError, toSignedEntity, toTrustMaterial, VerificationError, Verifier } from '@sigstore/verify';
import { type Check, type Digest, digestOf, isJsonObject, parseJsonStrict } from '#canonical';
import { ProvenanceError, type ProvenanceReason } from './provenance-error.js';
import { type ProvenanceSubject, readSubjects } from './provenance-statement.js';
import { parseTrustedRoot } from './trusted-root.js';

/*
 * Who built an artifact, by a Sigstore bundle. Trusted: the trusted root and the expected signer of whoever calls, and
 * the library that verifies signatures, log and timestamps. Not trusted: every byte of the bundle. Everything is judged
 * at the time that the bundle proves; there is no clock and no network here.
 */

/** Who must have signed. */
export type ExpectedSigner =
  | {
      /** Subject alternative name of the certificate, e.g. the address of a build workflow. */
      readonly identity: string;
      /** OIDC issuer that vouched for the identity. */
      readonly issuer: string;
    }
  | {
      /** SPKI in PEM: a key that the caller got elsewhere. */
      readonly publicKeyPem: string;
    };

export interface ProvenanceRequest {
  readonly bundle: Uint8Array;
  readonly trustedRoot: Uint8Array;
  readonly signer: ExpectedSigner;
  /** The artifact itself. A signature over bare bytes cannot be verified without it. */
  readonly artifact?: Uint8Array;
  /** SHA-256 of the artifact, for a statement that names it, e.g. of a container image. */
  readonly digest?: Digest;
}

export interface ProvenanceVerdict {
  readonly verified: boolean;
  /** Of the first failed check; null when verified. */
  readonly reason: ProvenanceReason | null;
  readonly checks: readonly Check[];
  /** Type of the statement that was signed; null for a signature over bare bytes. */
  readonly predicateType: string | null;
  /** What the statement speaks of. */
  readonly subjects: readonly ProvenanceSubject[];
}

const bundleBytesMax = 4 * 1024 * 1024;
/** The library takes any version after 0.2 as one that it knows. */
const mediaTypes: readonly string[] = [
  'application/vnd.dev.sigstore.bundle+json;version=0.1',
  'application/vnd.dev.sigstore.bundle+json;version=0.2',
  'application/vnd.dev.sigstore.bundle+json;version=0.3',
  'application/vnd.dev.sigstore.bundle.v0.3+json',
];

/** Never throws: whatever is wrong with the bundle or the trusted root is a failed check, the last of the list. */
export function verifyProvenance(request: ProvenanceRequest): ProvenanceVerdict {
  const checks: Check[] = [];
  const stage = <T>(id: string, title: string, run: () => T): T => {
    try {
      const result = run();
      checks.push({ id, title, result: 'pass', reason: null, severity: 'info' });
      return result;
    } catch (error) {
      const { code, message } = known(error);
      checks.push({ id, title, result: 'fail', reason: code, severity: 'blocker', actual: message });
      throw new ProvenanceError(code, message);
    }
  };
  try {
    const root = stage('PRV-ROOT-001', 'trusted root of the caller', () =>
      parseTrustedRoot(request.trustedRoot),
    );
    const bundle = stage('PRV-PARSE-001', 'form of the bundle', () => parseBundle(request.bundle));
    stage('PRV-CHAIN-001', 'the bundle brings no root of its own', () => refuseRoots(bundle));
    stage('PRV-SIG-001', 'signature, certificate, log and time', () => verifyBundle(bundle, root, request));
    const signed = stage('PRV-SUBJ-001', 'the artifact is the one that was signed', () =>
      subject(bundle, request),
    );
    return { verified: true, reason: null, checks, ...signed };
  } catch (error) {
    return { verified: false, reason: known(error).code, checks, predicateType: null, subjects: [] };
  }
}

function parseBundle(bytes: Uint8Array): Bundle {
  const document = parseJsonStrict(bytes, { bytesMax: bundleBytesMax });
  if (!isJsonObject(document)) throw new ProvenanceError('PROVENANCE_MALFORMED', 'expected a JSON object');
  const { mediaType } = document;
  if (typeof mediaType !== 'string' || !mediaTypes.includes(mediaType)) {
    throw new ProvenanceError(
      'PROVENANCE_MALFORMED',
      `mediaType: expected a Sigstore bundle of version 0.1 to 0.3, got ${JSON.stringify(mediaType ?? null).slice(0, 100)}`,
    );
  }
  return bundleFromJSON(document);
}

/** Sigstore bundle format: a chain leaves out the root, which a reader has from elsewhere or does not believe. */
function refuseRoots(bundle: Bundle): void {
  const { content } = bundle.verificationMaterial;
  if (content.$case !== 'x509CertificateChain') return;
  for (const { rawBytes } of content.x509CertificateChain.certificates) {
    const { subject: name, issuer } = new X509Certificate(rawBytes);
    if (name !== '' && name === issuer)
      throw new ProvenanceError(
        'PROVENANCE_CHAIN_HAS_ROOT',
        'a certificate in the bundle names itself as its issuer',
      );
  }
}

function verifyBundle(
  bundle: Bundle,
  root: ReturnType<typeof parseTrustedRoot>,
  request: ProvenanceRequest,
): void {
  const { signer, artifact } = request;
  if (bundle.content.$case === 'messageSignature' && artifact === undefined) {
    throw new ProvenanceError(
      'PROVENANCE_ARTIFACT_MISSING',
      'this is a signature over the bytes of an artifact: it can only be verified with the artifact',
    );
  }
  const entity = toSignedEntity(bundle, artifact === undefined ? undefined : Buffer.from(artifact));
  const thresholds = { tlogThreshold: 1, timestampThreshold: 1 };
  if ('publicKeyPem' in signer) {
    const publicKey = keyOf(signer.publicKeyPem);
    // A key of the caller has no window: the caller says that it counts.
    const material = toTrustMaterial(root, () => ({ publicKey, validFor: () => true }));
    new Verifier(material, { ...thresholds, ctlogThreshold: 0 }).verify(entity);
    return;
  }
  const policy = { subjectAlternativeName: exactly(signer.identity), extensions: { issuer: signer.issuer } };
  new Verifier(toTrustMaterial(root), { ...thresholds, ctlogThreshold: 1 }).verify(entity, policy);
}

/** The library reads a text as a pattern that may match anywhere in the name; an identity is the whole name. */
function exactly(identity: string): RegExp {
  return new RegExp(`^${identity.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')}$`);
}

function keyOf(pem: string) {
  try {
    return createPublicKey(pem);
  } catch {
    throw new ProvenanceError('PROVENANCE_KEY_UNKNOWN', 'expected a public key in PEM (SPKI)');
  }
}

function subject(
  bundle: Bundle,
  { artifact, digest }: ProvenanceRequest,
): Pick<ProvenanceVerdict, 'predicateType' | 'subjects'> {
  if (bundle.content.$case !== 'dsseEnvelope') return { predicateType: null, subjects: [] };
  const signed = readSubjects(bundle.content.dsseEnvelope);
  const wanted = artifact === undefined ? digest : digestOf(artifact);
  if (wanted !== undefined && !signed.subjects.some(({ sha256 }) => sha256 === wanted)) {
    throw new ProvenanceError(
      'PROVENANCE_SUBJECT_MISMATCH',
      `the statement speaks of ${signed.subjects.map(({ sha256 }) => sha256 ?? 'no SHA-256').join(', ')}, not of ${wanted}`,
    );
  }
  return signed;
}

const reasonOfCode: Readonly<Record<string, ProvenanceReason>> = {
  TLOG_ERROR: 'PROVENANCE_LOG_INVALID',
  TLOG_INCLUSION_PROOF_ERROR: 'PROVENANCE_LOG_INVALID',
  TLOG_INCLUSION_PROMISE_ERROR: 'PROVENANCE_LOG_INVALID',
  TLOG_MISSING_INCLUSION_ERROR: 'PROVENANCE_LOG_INVALID',
  TLOG_BODY_ERROR: 'PROVENANCE_LOG_INVALID',
  CERTIFICATE_ERROR: 'PROVENANCE_CERTIFICATE_INVALID',
  PUBLIC_KEY_ERROR: 'PROVENANCE_KEY_UNKNOWN',
  SIGNATURE_ERROR: 'PROVENANCE_SIGNATURE_INVALID',
  TIMESTAMP_ERROR: 'PROVENANCE_TIME_INVALID',
  UNTRUSTED_SIGNER_ERROR: 'PROVENANCE_SIGNER_UNEXPECTED',
};

/** Whatever else a parser throws on hostile bytes says that they are not a bundle. */
function known(error: unknown): { readonly code: ProvenanceReason; readonly message: string } {
  const message = error instanceof Error ? error.message.slice(0, 300) : 'unreadable';
  if (error instanceof ProvenanceError) return { code: error.code, message };
  if (error instanceof VerificationError || error instanceof PolicyError)
    return { code: reasonOfCode[error.code] ?? 'PROVENANCE_SIGNATURE_INVALID', message };
  return { code: 'PROVENANCE_MALFORMED', message };
}
