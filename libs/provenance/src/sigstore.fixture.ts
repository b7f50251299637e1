import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import {
  canonicalBytes,
  digestOf,
  inclusionPath,
  type JsonObject,
  leafHash,
  merkleRoot,
  sha256,
  toBase64,
  toHex,
  utf8,
} from '#canonical';

/** A log, a builder's key and a statement of that builder, made for one test: nothing of it is trusted elsewhere. */
export interface SigstoreScene {
  readonly bundle: JsonObject;
  readonly trustedRoot: JsonObject;
  readonly publicKeyPem: string;
  readonly image: ReturnType<typeof digestOf>;
}

const LOG = 'log.test.invalid';
const AT_S = 1_790_000_000;

const b64 = toBase64;
const ecKey = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });
const spki = (key: KeyObject): Uint8Array => new Uint8Array(key.export({ type: 'spki', format: 'der' }));
const signed = (key: KeyObject, bytes: Uint8Array): Uint8Array => new Uint8Array(sign('sha256', bytes, key));

/** A DSSE statement under a key of the builder, in the second of three places of a log of the older kind. */
export function sigstoreScene(): SigstoreScene {
  const builder = ecKey();
  const log = ecKey();
  const image = digestOf(utf8('image of a worker'));
  const payload = canonicalBytes({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'registry.test/worker', digest: { sha256: image.slice('sha256:'.length) } }],
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {},
  });
  const payloadType = 'application/vnd.in-toto+json';
  const pae = Buffer.concat([
    utf8(`DSSEv1 ${payloadType.length} ${payloadType} ${payload.length} `),
    payload,
  ]);
  const signature = b64(signed(builder.privateKey, pae));
  const body = canonicalBytes({
    apiVersion: '0.0.1',
    kind: 'dsse',
    spec: {
      payloadHash: { algorithm: 'sha256', value: toHex(sha256(payload)) },
      signatures: [{ signature, verifier: b64(spki(builder.publicKey)) }],
    },
  });
  const keyId = sha256(spki(log.publicKey));
  const leaves = [utf8('one'), body, utf8('three')].map(leafHash);
  const root = merkleRoot(leaves);
  const note = utf8(`${LOG}\n3\n${b64(root)}\n`);
  const noteSignature = Buffer.concat([keyId.subarray(0, 4), signed(log.privateKey, note)]);
  const promise = canonicalBytes({
    body: b64(body),
    integratedTime: AT_S,
    logIndex: 1,
    logID: toHex(keyId),
  });
  return {
    image,
    publicKeyPem: builder.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    trustedRoot: {
      mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
      tlogs: [
        {
          baseUrl: `https://${LOG}`,
          hashAlgorithm: 'SHA2_256',
          publicKey: {
            rawBytes: b64(spki(log.publicKey)),
            keyDetails: 'PKIX_ECDSA_P256_SHA_256',
            validFor: { start: '2026-01-01T00:00:00Z' },
          },
          logId: { keyId: b64(keyId) },
        },
      ],
      certificateAuthorities: [],
      ctlogs: [],
      timestampAuthorities: [],
    },
    bundle: {
      mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
      verificationMaterial: {
        publicKey: { hint: 'builder' },
        tlogEntries: [
          {
            logIndex: '1',
            logId: { keyId: b64(keyId) },
            kindVersion: { kind: 'dsse', version: '0.0.1' },
            integratedTime: String(AT_S),
            inclusionPromise: { signedEntryTimestamp: b64(signed(log.privateKey, promise)) },
            inclusionProof: {
              logIndex: '1',
              rootHash: b64(root),
              treeSize: '3',
              hashes: inclusionPath(leaves, 1).map(b64),
              checkpoint: {
                envelope: `${Buffer.from(note).toString('utf8')}\n— ${LOG} ${b64(new Uint8Array(noteSignature))}\n`,
              },
            },
            canonicalizedBody: b64(body),
          },
        ],
      },
      dsseEnvelope: { payload: b64(payload), payloadType, signatures: [{ sig: signature, keyid: '' }] },
    },
  };
}
