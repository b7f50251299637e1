/**
 * A certificate authority for one machine and for tests. Its key lies in a file beside those that it signs for: it is
 * trusted for keeping strangers on the same machine apart, and for nothing else. No production code imports it.
 */
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  X509Certificate,
} from 'node:crypto';
import { type CertificateContent, signCertificate } from './certificate.js';

/** `n` random bytes. */
export type RandomSource = (n: number) => Uint8Array;

export interface IssuedCertificate {
  /** PEM, without the authority's own. */
  readonly certificate: string;
  /** PEM, PKCS #8. */
  readonly key: string;
}

export interface LeafRequest
  extends Pick<CertificateContent, 'commonName' | 'notBeforeMs' | 'notAfterMs' | 'usages'> {
  readonly dns?: readonly string[];
  readonly addresses?: readonly string[];
  readonly uris?: readonly string[];
  /** A private key; a new one of P-256 unless said. */
  readonly key?: KeyObject;
}

const SERIAL_BYTES = 16;

export class DevelopmentCa {
  private constructor(
    readonly name: string,
    /** PEM. */
    readonly certificate: string,
    readonly key: KeyObject,
    private readonly random: RandomSource,
  ) {}

  static create(
    name: string,
    validity: { readonly notBeforeMs: number; readonly notAfterMs: number },
    random: RandomSource,
  ): DevelopmentCa {
    const key = newKey();
    const certificate = signCertificate(
      {
        ...validity,
        commonName: name,
        issuerName: name,
        publicKey: createPublicKey(key),
        serial: serial(random),
        ca: true,
        usages: [],
      },
      key,
    );
    return new DevelopmentCa(name, pem('CERTIFICATE', certificate), key, random);
  }

  /** One that was kept. */
  static of(certificate: string, key: string, random: RandomSource): DevelopmentCa {
    const name = /(?:^|\n)CN=([^\n]*)/.exec(new X509Certificate(certificate).subject)?.[1];
    if (name === undefined) throw new RangeError('expected the certificate of a development CA, got another');
    return new DevelopmentCa(name, certificate, createPrivateKey(key), random);
  }

  get notAfterMs(): number {
    return Date.parse(new X509Certificate(this.certificate).validTo);
  }

  /** PEM, PKCS #8. */
  get keyPem(): string {
    return pemOf(this.key);
  }

  issue(request: LeafRequest): IssuedCertificate {
    const { key = newKey(), ...content } = request;
    const der = signCertificate(
      {
        ...content,
        issuerName: this.name,
        publicKey: createPublicKey(key),
        serial: serial(this.random),
        ca: false,
      },
      this.key,
    );
    return { certificate: pem('CERTIFICATE', der), key: pemOf(key) };
  }
}

function newKey(): KeyObject {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
}

/** Positive, and never of fewer bytes. */
function serial(random: RandomSource): Uint8Array {
  const bytes = Uint8Array.from(random(SERIAL_BYTES));
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes;
}

function pemOf(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function pem(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
