import { fromBase64, fromHex, sha384, utf8 } from '#canonical';
import { ecdsaSign, sha1KeyName } from '../primitives.js';
import { derTag } from '../x509/der-reader.js';
import { oid } from '../x509/oids.js';
import type { SimulatedIdentity } from './authority.js';
import { bitString, der, explicit, integer, objectIdentifier, octetString, sequence } from './der-writer.js';
import { certificateOf, keyOf } from './nvidia-authority.js';

export interface SimulatedOcsp {
  readonly subject: SimulatedIdentity;
  readonly issuer: SimulatedIdentity;
  /** The issuer itself unless given. */
  readonly responder?: SimulatedIdentity;
  readonly status?: 'good' | 'unknown' | { readonly revokedMs: number; readonly reason: number | null };
  readonly thisUpdateMs: number;
  readonly nextUpdateMs: number | null;
  readonly by?: 'key' | 'name';
}

const ENUMERATED = 0x0a;

/** A basic OCSP response (RFC 6960) with one statement. */
export function writeOcspResponse(ocsp: SimulatedOcsp): Uint8Array {
  const { subject, issuer, responder = issuer, status = 'good', thisUpdateMs, nextUpdateMs } = ocsp;
  const issuerCertificate = certificateOf(issuer);
  const point = (identity: SimulatedIdentity): Uint8Array => Uint8Array.of(4, ...keyOf(identity).point);
  const id = sequence(
    sequence(objectIdentifier(oid.sha384), der(0x05)),
    octetString(sha384(issuerCertificate.subject)),
    octetString(sha384(point(issuer))),
    integer(fromHex(certificateOf(subject).serial)),
  );
  const statement = sequence(
    id,
    statusValue(status),
    generalizedTime(thisUpdateMs),
    ...(nextUpdateMs === null ? [] : [explicit(0, generalizedTime(nextUpdateMs))]),
  );
  const name =
    ocsp.by === 'name'
      ? explicit(1, certificateOf(responder).subject)
      : explicit(2, octetString(sha1KeyName(point(responder))));
  const data = sequence(name, generalizedTime(thisUpdateMs), sequence(statement));
  const certificates = responder === issuer ? [] : [explicit(0, sequence(fromBase64(responder.cert)))];
  const basic = sequence(
    data,
    sequence(objectIdentifier(oid.ecdsaSha384)),
    bitString(ecdsaSign(keyOf(responder), data, 'der')),
    ...certificates,
  );
  return sequence(
    der(ENUMERATED, Uint8Array.of(0)),
    explicit(0, sequence(objectIdentifier(oid.ocspBasic), octetString(basic))),
  );
}

function statusValue(status: NonNullable<SimulatedOcsp['status']>): Uint8Array {
  if (status === 'good') return der(0x80);
  if (status === 'unknown') return der(0x82);
  const reason = status.reason === null ? [] : [explicit(0, der(ENUMERATED, Uint8Array.of(status.reason)))];
  return der(derTag.context(1), generalizedTime(status.revokedMs), ...reason);
}

/** OCSP uses the long form for all years (RFC 6960 section 4.2.2.1). */
function generalizedTime(ms: number): Uint8Array {
  const digits = new Date(ms).toISOString().slice(0, 19).replace(/[-:T]/g, '');
  return der(derTag.generalizedTime, utf8(`${digits}Z`));
}
