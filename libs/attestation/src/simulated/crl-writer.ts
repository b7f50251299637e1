import { fromHex } from '#canonical';
import { type EcKeyPair, ecdsaSign } from '../primitives.js';
import { derTag } from '../x509/der-reader.js';
import { oid } from '../x509/oids.js';
import {
  bitString,
  der,
  explicit,
  objectIdentifier,
  octetString,
  sequence,
  smallInteger,
  time,
} from './der-writer.js';

export interface CrlRequest {
  /** Encoded name, as `Certificate.subject`. */
  readonly issuer: Uint8Array;
  readonly thisUpdateMs: number;
  readonly nextUpdateMs: number;
  readonly entries?: readonly CrlRequestEntry[];
  readonly signer: CrlSigner;
  /** Extensions of the list: identifier, content and whether critical. */
  readonly extensions?: readonly (readonly [string, Uint8Array, boolean])[];
}

export interface CrlRequestEntry {
  /** As `Certificate.serial`. */
  readonly serial: string;
  readonly revokedAtMs: number;
  /** CRLReason; left out when null. */
  readonly reason: number | null;
}

export interface CrlSigner {
  /** Encoded AlgorithmIdentifier. */
  readonly algorithm: Uint8Array;
  readonly sign: (tbs: Uint8Array) => Uint8Array;
}

const CRL_NUMBER = '2.5.29.20';
const REASON_TAG = 0x0a;

export function ecdsaCrlSigner(key: EcKeyPair): CrlSigner {
  const algorithm = sequence(objectIdentifier(key.curve === 'P-256' ? oid.ecdsaSha256 : oid.ecdsaSha384));
  return { algorithm, sign: (tbs) => ecdsaSign(key, tbs, 'der') };
}

/** A version 2 revocation list (RFC 5280 section 5). */
export function writeCrl(request: CrlRequest): Uint8Array {
  const { signer, entries = [], extensions = [] } = request;
  const number = extension(CRL_NUMBER, smallInteger(1), false);
  const tbs = sequence(
    smallInteger(1),
    signer.algorithm,
    request.issuer,
    time(request.thisUpdateMs),
    time(request.nextUpdateMs),
    ...(entries.length === 0 ? [] : [sequence(...entries.map(writeEntry))]),
    explicit(
      0,
      sequence(number, ...extensions.map(([id, value, critical]) => extension(id, value, critical))),
    ),
  );
  return sequence(tbs, signer.algorithm, bitString(signer.sign(tbs)));
}

function writeEntry({ serial, revokedAtMs, reason }: CrlRequestEntry): Uint8Array {
  const reasons =
    reason === null
      ? []
      : [sequence(extension(oid.crlReason, der(REASON_TAG, Uint8Array.of(reason)), false))];
  return sequence(der(derTag.integer, fromHex(serial)), time(revokedAtMs), ...reasons);
}

function extension(id: string, value: Uint8Array, critical: boolean): Uint8Array {
  const flag = critical ? [der(derTag.boolean, Uint8Array.of(0xff))] : [];
  return sequence(objectIdentifier(id), ...flag, octetString(value));
}
