import { createPublicKey, verify } from 'node:crypto';
import { decode, Tagged } from 'cborg';
import { beforeAll, describe, expect, it } from 'vitest';
import { digestOf, ed25519PublicKey, fromBase64, toBase64Url } from '#canonical';
import { isSignedBy, parseEnvelope } from '#evidence';
import { type JudgedBundle, judgedBundle, madeAtMs } from './judged-bundle.fixture.js';
import { scittStatement } from './scitt.js';

const seed = new Uint8Array(32).fill(7);
let good: JudgedBundle;

beforeAll(async () => {
  good = await judgedBundle();
});

function statement(options: { seed?: Uint8Array | null; issuer?: string } = {}): Uint8Array {
  return scittStatement({
    ...good,
    madeAtMs,
    seed: options.seed === undefined ? seed : options.seed,
    issuer: options.issuer ?? null,
  });
}

interface Opened {
  readonly protectedBytes: Uint8Array;
  readonly header: ReadonlyMap<unknown, unknown>;
  readonly claims: ReadonlyMap<unknown, unknown>;
  readonly unprotected: ReadonlyMap<unknown, unknown>;
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
}

function opened(bytes: Uint8Array): Opened {
  const tagged = decode(bytes, { useMaps: true, tags: Tagged.preserve(18) }) as Tagged;
  const [protectedBytes, unprotected, payload, signature] = tagged.value as [
    Uint8Array,
    Map<unknown, unknown>,
    Uint8Array,
    Uint8Array,
  ];
  const header = decode(protectedBytes, { useMaps: true }) as Map<unknown, unknown>;
  return {
    protectedBytes,
    header,
    claims: header.get(15) as Map<unknown, unknown>,
    unprotected,
    payload,
    signature,
  };
}

/** RFC 9052 section 4.4, written out byte by byte: ["Signature1", protected, '', payload]. */
function signed({ protectedBytes, payload }: Opened): Buffer {
  return Buffer.concat([
    Buffer.from('\x84\x6aSignature1', 'latin1'),
    byteString(protectedBytes),
    Buffer.from('\x40', 'latin1'),
    byteString(payload),
  ]);
}

function byteString(bytes: Uint8Array): Buffer {
  if (bytes.length < 256 || bytes.length > 65_535)
    throw new RangeError('two bytes of length are written here');
  return Buffer.concat([Buffer.from([0x59, bytes.length >> 8, bytes.length & 0xff]), bytes]);
}

/** Node's own verification, over a key in JWK. */
function isSigned(found: Opened, key: Uint8Array): boolean {
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: toBase64Url(key) };
  return verify(null, signed(found), createPublicKey({ key: jwk, format: 'jwk' }), found.signature);
}

describe('a SCITT signed statement', () => {
  it('is no longer signed once its payload, its claims or its signer change', () => {
    const found = opened(statement());
    const key = ed25519PublicKey(seed);
    expect(isSigned(found, key)).toBe(true);
    expect(isSigned(found, ed25519PublicKey(new Uint8Array(32).fill(8)))).toBe(false);
    expect(isSigned({ ...found, payload: found.payload.with(9, 0) }, key)).toBe(false);
    expect(isSigned({ ...found, protectedBytes: found.protectedBytes.with(200, 0) }, key)).toBe(false);
  });

  it('has no signature, signer or algorithm where nobody signs', () => {
    const { signature, header, claims } = opened(statement({ seed: null }));
    expect(signature).toHaveLength(0);
    expect([header.has(1), header.has(4), claims.has(1)]).toEqual([false, false, false]);
  });

  it('carries the root statement under the signature of its orchestrator, which is not that of the exporter', () => {
    const { payload, header } = opened(statement());
    expect(header.get(3)).toBe('application/vnd.dsse.envelope.v1+json');
    const root = parseEnvelope(payload);
    const [orchestrator = ''] = good.trust.orchestratorKeys;
    expect(isSignedBy(root, fromBase64(orchestrator))).toBe(true);
    expect(isSignedBy(root, ed25519PublicKey(seed))).toBe(false);
  });

  it('claims what was found with its limits, under the name of the signer', () => {
    const { header, claims } = opened(statement());
    expect(header.get(1)).toBe(-8);
    expect(header.get(16)).toBe('application/scitt-statement+cose');
    expect(claims.get(1)).toMatch(/^urn:ietf:params:oauth:jwk-thumbprint:sha-256:[\w-]{43}$/);
    expect(claims.get(2)).toBe(`https://sealflow.dev/run/${good.verdict.run?.id}`);
    expect(claims.get(6)).toBe(madeAtMs / 1000);
    const finding = claims.get('sealflow') as Map<unknown, unknown>;
    expect(finding.get('bundle')).toBe(digestOf(good.bundle));
    expect([finding.get('outcome'), finding.get('simulated')]).toEqual(['verified', true]);
    expect(finding.get('notProven')).toEqual(good.verdict.notProven);
    expect(opened(statement({ issuer: 'https://auditor.example' })).claims.get(1)).toBe(
      'https://auditor.example',
    );
  });

  it('is no transparent statement: it has the proof of our log and no receipt', () => {
    const { unprotected } = opened(statement());
    expect(unprotected.has(394)).toBe(false);
    expect(unprotected.get('c2sp.org/tlog-proof@v1')).toEqual([
      expect.stringMatching(/^c2sp\.org\/tlog-proof@v1\nindex 3\n/),
    ]);
  });

  it('has the same bytes for the same input', () => {
    expect(Buffer.compare(statement(), statement())).toBe(0);
  });
});
