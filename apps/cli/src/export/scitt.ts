import { encode, rfc8949EncodeOptions, Tagged } from 'cborg';
import {
  canonicalBytes,
  digestOf,
  ed25519PublicKey,
  ed25519Sign,
  sha256,
  toBase64Url,
  utf8,
} from '#canonical';
import { type BundleVerdict, envelopeToJson } from '#evidence';
import { opened } from './opened-bundle.js';

/*
 * A SCITT Signed Statement (RFC 9943): COSE_Sign1 over the root statement of a run, in its DSSE envelope.
 *
 * Who signs what. The payload is signed by the orchestrator, inside its DSSE envelope, as in the bundle: COSE covers
 * other bytes than DSSE, so that signature cannot be turned into one of COSE. The outer signature is that of whoever
 * exports, over the payload and over what this verifier found; without a key there is none, and no reader of SCITT
 * accepts the file. It is no Transparent Statement: our log signs checkpoints of C2SP, not COSE Receipts (RFC 9942), and
 * its entry is the root statement, not this one. The proof of that entry goes along in an unprotected header.
 */

/** RFC 9052 table 2, RFC 9596, RFC 9597. */
const header = { alg: 1, contentType: 3, kid: 4, cwtClaims: 15, typ: 16 } as const;
/** RFC 8392. */
const claim = { iss: 1, sub: 2, iat: 6 } as const;
/** RFC 9053: deprecated in favour of -19 by RFC 9864, and the one that readers in the field know. */
const ALG_EDDSA = -8;
const COSE_SIGN1_TAG = 18;
const PAYLOAD_TYPE = 'application/vnd.dsse.envelope.v1+json';
const LOG_PROOF_HEADER = 'c2sp.org/tlog-proof@v1';

export interface ScittInput {
  readonly bundle: Uint8Array;
  readonly verdict: BundleVerdict;
  readonly madeAtMs: number;
  /** Ed25519 seed of whoever exports; null leaves the statement unsigned. */
  readonly seed: Uint8Array | null;
  /** Who exports, as a URI; null names the key alone (RFC 9278). */
  readonly issuer: string | null;
}

export function scittStatement({ bundle, verdict, madeAtMs, seed, issuer }: ScittInput): Uint8Array {
  const { root, log } = opened(bundle);
  const payload = canonicalBytes(envelopeToJson(root));
  const key = seed === null ? null : ed25519PublicKey(seed);
  const claims = new Map<number | string, unknown>([
    ...(issuer === null && key === null
      ? []
      : [[claim.iss, issuer ?? keyUri(key ?? new Uint8Array())] as const]),
    [claim.sub, `https://sealflow.dev/run/${verdict.run?.id ?? ''}`],
    [claim.iat, Math.floor(madeAtMs / 1000)],
    ['sealflow', finding(bundle, verdict)],
  ]);
  const protectedBytes = cbor(
    new Map<number, unknown>([
      ...(key === null
        ? []
        : ([
            [header.alg, ALG_EDDSA],
            [header.kid, thumbprint(key)],
          ] as const)),
      [header.contentType, PAYLOAD_TYPE],
      [header.cwtClaims, claims],
      [header.typ, 'application/scitt-statement+cose'],
    ]),
  );
  const unprotected = new Map<string, unknown>(
    log.length === 0 ? [] : [[LOG_PROOF_HEADER, log.map(({ proof }) => proof)]],
  );
  const signature = seed === null ? new Uint8Array() : ed25519Sign(seed, toBeSigned(protectedBytes, payload));
  return cbor(new Tagged(COSE_SIGN1_TAG, [protectedBytes, unprotected, payload, signature]));
}

/** RFC 9052 section 4.4. */
export function toBeSigned(protectedBytes: Uint8Array, payload: Uint8Array): Uint8Array {
  return cbor(['Signature1', protectedBytes, new Uint8Array(), payload]);
}

/** What the exporter says was found: never without what is simulated and what is not proven. */
function finding(bundle: Uint8Array, verdict: BundleVerdict): Map<string, unknown> {
  return new Map<string, unknown>([
    ['simulated', verdict.simulated],
    ['outcome', verdict.outcome],
    ['reason', verdict.reason],
    ['bundle', digestOf(bundle)],
    ['asOf', verdict.asOf?.time ?? null],
    ['timeSource', verdict.asOf?.source ?? null],
    [
      'steps',
      verdict.steps.map(({ stepId, integrity, confidentiality }) => [stepId, integrity, confidentiality]),
    ],
    ['notProven', [...verdict.notProven]],
    ['notChecked', [...verdict.notChecked]],
  ]);
}

/** RFC 7638 and RFC 8037 section 2: the members of an Ed25519 key in their order. */
function thumbprint(key: Uint8Array): Uint8Array {
  return sha256(utf8(`{"crv":"Ed25519","kty":"OKP","x":"${toBase64Url(key)}"}`));
}

function keyUri(key: Uint8Array): string {
  return `urn:ietf:params:oauth:jwk-thumbprint:sha-256:${toBase64Url(thumbprint(key))}`;
}

/** Deterministic encoding of RFC 8949 section 4.2.1. */
function cbor(value: unknown): Uint8Array {
  return encode(value, rfc8949EncodeOptions);
}
