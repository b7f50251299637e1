/**
 * What a process shows of itself and believes of others, checked before it is used: a key that is not the
 * certificate's, an end that is past or a key that is too weak is found here and not by the first peer.
 */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { curves, tlsLimits } from './limits.js';
import { type FileContents, readFiles, type TlsFiles } from './read-files.js';
import { TlsError } from './tls-error.js';

export interface TlsMaterial {
  /** SHA-256 of the files. */
  readonly digest: string;
  /** PEM; null where none is shown. */
  readonly certificate: Buffer | null;
  readonly key: Buffer | null;
  /** PEM; null for the roots that Node comes with. */
  readonly ca: Buffer | null;
  readonly leaf: X509Certificate | null;
  /** When the first certificate of the shown chain ends; null where none is shown. */
  readonly notAfterMs: number | null;
  /** When the last of the believed roots ends. */
  readonly caNotAfterMs: number | null;
}

const pemPattern = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/**
 * @param nowMs milliseconds since the epoch
 * @throws TlsError
 */
export function loadMaterial(files: TlsFiles, nowMs: number): TlsMaterial {
  return checkMaterial(files, readFiles(files), nowMs);
}

/** @throws TlsError */
export function checkMaterial(files: TlsFiles, contents: FileContents, nowMs: number): TlsMaterial {
  const { certificate, key, ca, digest } = contents;
  const chain = certificate === null ? [] : readChain(certificate, files.certificate ?? '');
  const [leaf = null] = chain;
  for (const member of chain) requireValid(member, files.certificate ?? '', nowMs);
  if (leaf !== null) requireKey(leaf, key, files);
  const roots = ca === null ? [] : readRoots(ca, files.ca ?? '', nowMs);
  return {
    digest,
    certificate,
    key,
    ca,
    leaf,
    notAfterMs: leaf === null ? null : Math.min(...chain.map(endOf)),
    caNotAfterMs: roots.length === 0 ? null : Math.max(...roots.map(endOf)),
  };
}

/** Milliseconds since the epoch. */
export function endOf(certificate: X509Certificate): number {
  return Date.parse(certificate.validTo);
}

function certificatesIn(pem: Buffer): X509Certificate[] {
  const blocks = pem.toString('latin1').match(pemPattern) ?? [];
  if (blocks.length > tlsLimits.certificatesMax) throw new RangeError('too many certificates');
  return blocks.map((block) => new X509Certificate(block));
}

function readChain(pem: Buffer, file: string): X509Certificate[] {
  let chain: X509Certificate[];
  try {
    chain = certificatesIn(pem);
  } catch {
    chain = [];
  }
  if (chain.length === 0) {
    throw new TlsError(
      'CERTIFICATE_MALFORMED',
      `${file}: expected PEM certificates, got none, or a broken one`,
    );
  }
  chain.forEach((member, index) => {
    const issuer = chain[index + 1];
    requireStrength(member.publicKey, file);
    if (issuer !== undefined && !(member.checkIssued(issuer) && member.verify(issuer.publicKey))) {
      throw new TlsError(
        'CERTIFICATE_MALFORMED',
        `${file}: expected each certificate to be signed by the next one, got another after number ${index + 1}`,
      );
    }
  });
  return chain;
}

function requireValid(certificate: X509Certificate, file: string, nowMs: number): void {
  const now = new Date(nowMs).toISOString();
  if (endOf(certificate) <= nowMs) {
    throw new TlsError(
      'CERTIFICATE_EXPIRED',
      `${file}: expected a certificate that is valid at ${now}, got one that ended ${timeOf(certificate.validTo)}: issue another, or set the clock`,
    );
  }
  if (Date.parse(certificate.validFrom) > nowMs) {
    throw new TlsError(
      'CERTIFICATE_NOT_YET_VALID',
      `${file}: expected a certificate that is valid at ${now}, got one that begins ${timeOf(certificate.validFrom)}: is the clock right?`,
    );
  }
}

function timeOf(text: string): string {
  return new Date(text).toISOString();
}

function requireKey(leaf: X509Certificate, key: Buffer | null, files: TlsFiles): void {
  const file = files.key ?? '';
  let privateKey: KeyObject;
  try {
    privateKey = createPrivateKey(key ?? '');
  } catch {
    throw new TlsError(
      'KEY_MALFORMED',
      `${file}: expected a private key in PEM without a password, got none`,
    );
  }
  if (!leaf.checkPrivateKey(privateKey)) {
    throw new TlsError(
      'KEY_MISMATCH',
      `${file}: expected the key of the certificate in ${files.certificate}, got another: one of the two files was replaced without the other`,
    );
  }
}

function requireStrength(key: KeyObject, file: string): void {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details = {} } = key;
  const strong =
    type === 'ed25519' ||
    (type === 'ec' && curves.some((curve) => curve === details.namedCurve)) ||
    (type === 'rsa' && (details.modulusLength ?? 0) >= tlsLimits.rsaBitsMin);
  if (strong) return;
  const got = [type, details.namedCurve ?? details.modulusLength ?? ''].join(' ').trim();
  throw new TlsError(
    'KEY_TOO_WEAK',
    `${file}: expected Ed25519, P-256, P-384, P-521 or RSA of ${tlsLimits.rsaBitsMin} bits, got ${got}`,
  );
}

function readRoots(pem: Buffer, file: string, nowMs: number): X509Certificate[] {
  let roots: X509Certificate[];
  try {
    roots = certificatesIn(pem);
  } catch {
    roots = [];
  }
  if (roots.length === 0 || roots.some((root) => !root.ca)) {
    throw new TlsError(
      'CA_MALFORMED',
      `${file}: expected PEM certificates of authorities, got none, or one that may not sign`,
    );
  }
  // During a rotation of roots an old one may end before it is taken out.
  if (roots.every((root) => endOf(root) <= nowMs)) {
    throw new TlsError(
      'CA_EXPIRED',
      `${file}: expected an authority that is valid now, got ended ones alone`,
    );
  }
  return roots;
}
