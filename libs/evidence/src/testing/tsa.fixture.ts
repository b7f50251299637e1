import {
  derTag,
  derWriter,
  type EcKeyPair,
  ecdsaSign,
  ecKeyPair,
  type HashName,
  hashBytes,
  keyUsageBit,
  oid,
  spkiOfPoint,
} from '#attestation';
import { concatBytes, toBase64, utf8 } from '#canonical';
import { timeOids } from '../time/time-oids.js';
import type { TrustFile } from '../trust/trust-file.js';
import { seededRandom } from './random.fixture.js';

/** A timestamp authority (RFC 3161) that a test can make lie at one place. */
export interface TokenOptions {
  readonly data: Uint8Array;
  /** Imprint of a request, in place of the hash of `data`. */
  readonly digest?: Uint8Array;
  readonly genTimeMs: number;
  readonly hash?: HashName;
  readonly nonce?: Uint8Array;
  /** Content of the token's genTime in place of the one that `genTimeMs` gives. */
  readonly genTime?: string;
  /** Signs with a key that is not the certificate's. */
  readonly wrongKey?: boolean;
  /** Names another certificate as the one that it signed with. */
  readonly wrongCertificateId?: boolean;
  readonly withoutCertificates?: boolean;
}

export interface SignerOptions {
  readonly notBeforeMs?: number;
  readonly notAfterMs?: number;
  readonly purposes?: readonly string[] | null;
  readonly critical?: boolean;
  readonly seed?: string;
  readonly rootName?: string;
}

const YEAR_MS = 365 * 86_400_000;
const { boolean, der, explicit, integer, objectIdentifier, octetString, sequence, smallInteger } = derWriter;
const set = (...values: readonly Uint8Array[]): Uint8Array => der(derTag.set, ...values);

export class TestAuthority {
  readonly root: Uint8Array;
  readonly signer: Uint8Array;
  readonly #rootKey: EcKeyPair;
  readonly #key: EcKeyPair;
  readonly #rootName: Uint8Array;

  constructor(
    readonly name: string,
    aroundMs: number,
    options: SignerOptions = {},
  ) {
    const random = seededRandom(options.seed ?? name);
    this.#rootKey = ecKeyPair('P-256', random);
    this.#key = ecKeyPair('P-256', random);
    this.#rootName = nameOf(options.rootName ?? `${name} root`);
    const long = { notBeforeMs: aroundMs - 10 * YEAR_MS, notAfterMs: aroundMs + 10 * YEAR_MS };
    this.root = this.#certify(1, this.#rootName, this.#rootKey, long, [
      extension(oid.basicConstraints, sequence(boolean(true)), true),
      extension(oid.keyUsage, derWriter.namedBits([keyUsageBit.keyCertSign, keyUsageBit.crlSign]), true),
    ]);
    const { purposes = [timeOids.timeStamping], critical = true } = options;
    const window = {
      notBeforeMs: options.notBeforeMs ?? aroundMs - YEAR_MS,
      notAfterMs: options.notAfterMs ?? aroundMs + YEAR_MS,
    };
    this.signer = this.#certify(2, nameOf(name), this.#key, window, [
      extension(oid.basicConstraints, sequence(), true),
      extension(oid.keyUsage, derWriter.namedBits([keyUsageBit.digitalSignature]), true),
      ...(purposes === null
        ? []
        : [extension(oid.extendedKeyUsage, sequence(...purposes.map(objectIdentifier)), critical)]),
    ]);
  }

  get trusted(): NonNullable<TrustFile['timestampAuthorities']>[number] {
    return { name: this.name, certificate: toBase64(this.root) };
  }

  /** DER ContentInfo. */
  token(options: TokenOptions): Uint8Array {
    const { hash = 'sha256' } = options;
    const info = infoOf(options, hash);
    const named = options.wrongCertificateId === true ? this.root : this.signer;
    const attributes = concatBytes(
      attribute(timeOids.contentType, objectIdentifier(timeOids.tstInfo)),
      attribute(timeOids.messageDigest, octetString(hashBytes('sha256', info))),
      attribute(
        timeOids.signingCertificateV2,
        sequence(sequence(sequence(octetString(hashBytes('sha256', named))))),
      ),
    );
    const key = options.wrongKey === true ? this.#rootKey : this.#key;
    const signerInfo = sequence(
      smallInteger(1),
      sequence(this.#rootName, integer(Uint8Array.of(2))),
      sequence(objectIdentifier(oid.sha256)),
      der(derTag.context(0), attributes),
      sequence(objectIdentifier(oid.ecdsaSha256)),
      octetString(ecdsaSign(key, der(derTag.set, attributes), 'der')),
    );
    return sequence(
      objectIdentifier(timeOids.signedData),
      explicit(
        0,
        sequence(
          smallInteger(3),
          set(sequence(objectIdentifier(oid.sha256))),
          sequence(objectIdentifier(timeOids.tstInfo), explicit(0, octetString(info))),
          ...(options.withoutCertificates === true ? [] : [der(derTag.context(0), this.signer)]),
          set(signerInfo),
        ),
      ),
    );
  }

  /** A revocation list over the signer. */
  crl(options: { thisUpdateMs: number; revokedAtMs: number | null; reason?: number }): Uint8Array {
    const algorithm = sequence(objectIdentifier(oid.ecdsaSha256));
    const { revokedAtMs, reason, thisUpdateMs } = options;
    const why =
      reason === undefined
        ? []
        : [
            sequence(
              sequence(objectIdentifier(oid.crlReason), octetString(der(0x0a, Uint8Array.of(reason)))),
            ),
          ];
    const tbs = sequence(
      smallInteger(1),
      algorithm,
      this.#rootName,
      derWriter.time(thisUpdateMs),
      derWriter.time(thisUpdateMs + 30 * 86_400_000),
      ...(revokedAtMs === null
        ? []
        : [sequence(sequence(integer(Uint8Array.of(2)), derWriter.time(revokedAtMs), ...why))]),
    );
    return sequence(tbs, algorithm, derWriter.bitString(ecdsaSign(this.#rootKey, tbs, 'der')));
  }

  #certify(
    serial: number,
    subject: Uint8Array,
    key: EcKeyPair,
    { notBeforeMs, notAfterMs }: { notBeforeMs: number; notAfterMs: number },
    extensions: readonly Uint8Array[],
  ): Uint8Array {
    const algorithm = sequence(objectIdentifier(oid.ecdsaSha256));
    const tbs = sequence(
      explicit(0, smallInteger(2)),
      integer(Uint8Array.of(serial)),
      algorithm,
      this.#rootName,
      sequence(derWriter.time(notBeforeMs), derWriter.time(notAfterMs)),
      subject,
      spkiOfPoint(key.curve, key.point),
      explicit(3, sequence(...extensions)),
    );
    return sequence(tbs, algorithm, derWriter.bitString(ecdsaSign(this.#rootKey, tbs, 'der')));
  }
}

function infoOf({ data, digest, genTimeMs, genTime, nonce }: TokenOptions, hash: HashName): Uint8Array {
  const digits = new Date(genTimeMs).toISOString().slice(0, 19).replace(/[-:T]/g, '');
  return sequence(
    smallInteger(1),
    objectIdentifier('1.3.6.1.4.1.32473.1'),
    sequence(sequence(objectIdentifier(oid[hash])), octetString(digest ?? hashBytes(hash, data))),
    smallInteger(7),
    der(derTag.generalizedTime, utf8(genTime ?? `${digits}Z`)),
    ...(nonce === undefined ? [] : [integer(nonce)]),
  );
}

function nameOf(commonName: string): Uint8Array {
  return sequence(set(sequence(objectIdentifier(oid.commonName), derWriter.utf8String(commonName))));
}

function attribute(id: string, value: Uint8Array): Uint8Array {
  return sequence(objectIdentifier(id), set(value));
}

function extension(id: string, value: Uint8Array, critical: boolean): Uint8Array {
  return sequence(objectIdentifier(id), ...(critical ? [boolean(true)] : []), octetString(value));
}
