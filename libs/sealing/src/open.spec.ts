import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  canonicalBytes,
  type Digest,
  digestOf,
  ed25519PublicKey,
  fromUtf8,
  toBase64,
  toJson,
  utf8,
} from '#canonical';
import { encodeEnvelope, parseEnvelope } from './envelope.js';
import type { EnvelopeContext, EnvelopeHeader, EnvelopeRecipient } from './header.js';
import { generateSealKeyPair, sealKeyId } from './keys.js';
import { type ExpectedContext, openEnvelope } from './open.js';
import { type SealInput, sealEnvelope } from './seal.js';

const refusal = (code: string) => expect.objectContaining({ name: 'SealingError', code });
const random = (count: number) => randomBytes(count);

const AT = Date.UTC(2026, 10, 20, 12);
const context: EnvelopeContext = {
  tenant: 'acme',
  runId: '01JD0000000000000000000000',
  workflowDigest: digestOf(utf8('workflow')),
  edge: 'extract/features',
  attempts: { from: 2, to: 4 },
  seq: 5,
  policyDigest: digestOf(utf8('policy')),
  contentType: 'application/json',
  notAfter: '2026-11-20T13:00:00.000Z',
};
const senderSeed = random(32);
const senderKey = ed25519PublicKey(senderSeed);
const worker = generateSealKeyPair(random);
const standby = generateSealKeyPair(random);
const client = generateSealKeyPair(random);
const stranger = generateSealKeyPair(random);
const recipients = [
  { role: 'worker', publicKey: worker.publicKey },
  { role: 'worker', publicKey: standby.publicKey },
  { role: 'client', publicKey: client.publicKey },
];
// Two whole chunks and a part, so that there is a chunk to drop and one to swap.
const plaintext = Uint8Array.from({ length: 40_000 }, (_, index) => (index * 31) & 0xff);

const seal = (suite: 1 | 2, change: Partial<SealInput> = {}) =>
  sealEnvelope({ suite, context, recipients, senderSeed, plaintext, random, ...change });
const open = (bytes: Uint8Array, secretKey = worker.secretKey, expected: ExpectedContext = {}, at = AT) =>
  openEnvelope({ bytes, secretKey, expected: { ...context, senderKey, attempt: 3, ...expected }, at });

/** Changes the header and signs again: what a malicious sender, or a thief of the signing key, could do. */
function resign(
  bytes: Uint8Array,
  change: (header: EnvelopeHeader) => object,
  payload?: Uint8Array,
): Uint8Array {
  const parsed = parseEnvelope(bytes);
  const header = { ...parsed.header, ...change(parsed.header) };
  return encodeEnvelope(canonicalBytes(toJson(header)), payload ?? parsed.payload, senderSeed);
}

/** Changes the header and keeps the signature: what a carrier could do. */
function edit(bytes: Uint8Array, change: (header: EnvelopeHeader) => object): Uint8Array {
  const parsed = parseEnvelope(bytes);
  const edited = resign(bytes, change);
  const { headerBytes } = parseEnvelope(edited);
  edited.set(parsed.signature, 8 + headerBytes.length);
  return edited;
}

const added = { role: 'auditor', kid: sealKeyId(stranger.publicKey) };
const tampered: readonly (readonly [string, (header: EnvelopeHeader) => object])[] = [
  [
    'a recipient added',
    ({ recipients: list }) => ({ recipients: [...list, { ...(list[0] as EnvelopeRecipient), ...added }] }),
  ],
  ['a recipient stripped', ({ recipients: list }) => ({ recipients: list.slice(0, -1) })],
  ['the recipients reordered', ({ recipients: list }) => ({ recipients: list.toReversed() })],
  [
    'a role changed',
    ({ recipients: list }) => ({ recipients: list.map((one) => ({ ...one, role: 'client' })) }),
  ],
  ['another content type', () => ({ contentType: 'text/plain' })],
  ['a later expiry', () => ({ notAfter: '2027-11-20T13:00:00.000Z' })],
  ['another policy', () => ({ policyDigest: digestOf(utf8('weaker')) })],
  ['a wider attempt window', () => ({ attempts: { from: 0, to: 9 } })],
];

describe.each([1, 2] as const)('an envelope of suite %d', (suite) => {
  it.each(tampered)('with %s fails its signature', async (_name, change) => {
    await expect(open(edit(await seal(suite), change), worker.secretKey)).rejects.toThrow(
      refusal('ENVELOPE_SIGNATURE_INVALID'),
    );
  });

  it.each(tampered)('with %s does not open even when signed again', async (_name, change) => {
    const bytes = resign(await seal(suite), change);
    const { header } = parseEnvelope(bytes);
    const { attempts, contentType, notAfter, policyDigest } = header;
    const expected = { attempts, contentType, notAfter, policyDigest };
    await expect(open(bytes, worker.secretKey, expected)).rejects.toThrow(refusal('ENVELOPE_OPEN_FAILED'));
  });

  it('with another sender key in its header fails its signature', async () => {
    const other = ed25519PublicKey(random(32));
    const bytes = edit(await seal(suite), () => ({ senderKey: toBase64(other) }));
    await expect(open(bytes, worker.secretKey, { senderKey: other })).rejects.toThrow(
      refusal('ENVELOPE_SIGNATURE_INVALID'),
    );
  });

  it('with any byte changed does not open', async () => {
    const bytes = await seal(suite, { plaintext: utf8('short') });
    for (let at = 0; at < bytes.length; at += 17) {
      const changed = bytes.map((byte, index) => (index === at ? byte ^ 1 : byte));
      await expect(open(changed)).rejects.toThrow(expect.objectContaining({ name: 'SealingError' }));
    }
  });

  it('with the payload of another envelope does not open, signed by the sender or not', async () => {
    const other = parseEnvelope(await seal(suite, { plaintext: utf8('other') })).payload;
    const bytes = await seal(suite);
    await expect(open(resign(bytes, () => ({}), other))).rejects.toThrow(refusal('ENVELOPE_OPEN_FAILED'));
    const { signature, headerBytes } = parseEnvelope(bytes);
    const unsigned = resign(bytes, () => ({}), other);
    unsigned.set(signature, 8 + headerBytes.length);
    await expect(open(unsigned)).rejects.toThrow(refusal('ENVELOPE_SIGNATURE_INVALID'));
  });

  const contexts: readonly (readonly [string, ExpectedContext])[] = [
    ['tenant', { tenant: 'other' }],
    ['run', { runId: '01JD0000000000000000000001' }],
    ['workflow', { workflowDigest: digestOf(utf8('other')) }],
    ['edge', { edge: 'score/limit' }],
    ['attempt window', { attempts: { from: 2, to: 5 } }],
    ['sequence', { seq: 6 }],
    ['policy', { policyDigest: digestOf(utf8('other')) }],
    ['content type', { contentType: 'text/plain' }],
    ['expiry', { notAfter: '2026-11-20T13:00:00.001Z' }],
    ['sender', { senderKey: ed25519PublicKey(new Uint8Array(32)) }],
    ['earlier attempt', { attempt: 1 }],
    ['later attempt', { attempt: 5 }],
    ['attempt that is no number', { attempt: Number.NaN }],
  ];

  it.each(contexts)('replayed under another %s is refused', async (_name, expected) => {
    await expect(open(await seal(suite), worker.secretKey, expected)).rejects.toThrow(
      refusal('ENVELOPE_CONTEXT_MISMATCH'),
    );
  });

  it('is refused after its expiry, and when the time is not known', async () => {
    const bytes = await seal(suite);
    const notAfter = Date.UTC(2026, 10, 20, 13);
    for (const at of [notAfter + 1, Number.POSITIVE_INFINITY, Number.NaN]) {
      await expect(open(bytes, worker.secretKey, {}, at)).rejects.toThrow(refusal('ENVELOPE_EXPIRED'));
    }
    await expect(open(bytes, worker.secretKey, {}, notAfter)).resolves.toBeDefined();
  });

  it('is refused by a key that is not among its recipients', async () => {
    await expect(open(await seal(suite), stranger.secretKey)).rejects.toThrow(
      refusal('ENVELOPE_NOT_FOR_RECIPIENT'),
    );
  });

  it('opens for each of its recipients', async () => {
    const bytes = await seal(suite);
    for (const { secretKey } of [worker, standby, client]) {
      const opened = await open(bytes, secretKey);
      expect(Buffer.from(opened.plaintext).equals(plaintext)).toBe(true);
      expect(opened.header).toMatchObject({ ...context, suite, v: 'sealflow/envelope/v1' });
      expect(opened.header.recipients.map(({ role }) => role)).toEqual(['worker', 'worker', 'client']);
    }
  });

  it('opens with nothing expected beyond what the caller knows', async () => {
    const bytes = await seal(suite, { plaintext: new Uint8Array() });
    const opened = await openEnvelope({ bytes, secretKey: client.secretKey, expected: {}, at: AT });
    expect(opened.plaintext).toHaveLength(0);
  });

  it('shows nothing of its plaintext', async () => {
    const canary = utf8('CANARY-7f3a'.repeat(100));
    const bytes = Buffer.from(await seal(suite, { plaintext: canary }));
    expect(bytes.includes('CANARY')).toBe(false);
    expect(bytes.includes(Buffer.from(worker.secretKey))).toBe(false);
  });

  it('is made of the randomness that it is given, and of nothing else', async () => {
    const counted = () => {
      let calls = 0;
      return (count: number) => {
        calls += 1;
        return new Uint8Array(count).fill(calls);
      };
    };
    const first = await seal(suite, { random: counted() });
    expect(Buffer.from(first).equals(await seal(suite, { random: counted() }))).toBe(true);
    expect(Buffer.from(first).equals(await seal(suite))).toBe(false);
  });
});

describe('a payload in chunks', () => {
  const SEALED_CHUNK = 16 * 1024 + 16;
  const PREFIX = 56;
  const mutations: readonly (readonly [string, (payload: Uint8Array) => Uint8Array])[] = [
    ['dropped', (p) => Buffer.concat([p.subarray(0, PREFIX), p.subarray(PREFIX + SEALED_CHUNK)])],
    ['truncated', (p) => p.subarray(0, PREFIX + 2 * SEALED_CHUNK)],
    [
      'swapped',
      (p) =>
        Buffer.concat([
          p.subarray(0, PREFIX),
          p.subarray(PREFIX + SEALED_CHUNK, PREFIX + 2 * SEALED_CHUNK),
          p.subarray(PREFIX, PREFIX + SEALED_CHUNK),
          p.subarray(PREFIX + 2 * SEALED_CHUNK),
        ]),
    ],
  ];

  it.each(mutations)('with one %s does not open, signed by the sender or not', async (_name, mutate) => {
    const bytes = await seal(2);
    const { headerBytes, payload } = parseEnvelope(bytes);
    const carried = Buffer.concat([bytes.subarray(0, 8 + headerBytes.length + 64), mutate(payload)]);
    await expect(open(carried)).rejects.toThrow(refusal('ENVELOPE_SIGNATURE_INVALID'));
    const signed = resign(bytes, () => ({}), mutate(payload));
    await expect(open(signed)).rejects.toThrow(refusal('ENVELOPE_OPEN_FAILED'));
  });
});

describe('sealing refuses', () => {
  const cases: readonly (readonly [string, Partial<SealInput>, string])[] = [
    ['no recipients', { recipients: [] }, 'ENVELOPE_MALFORMED'],
    [
      'nine recipients',
      {
        recipients: Array.from({ length: 9 }, () => ({
          role: 'worker',
          publicKey: generateSealKeyPair(random).publicKey,
        })),
      },
      'ENVELOPE_MALFORMED',
    ],
    ['one key twice', { recipients: [...recipients, ...recipients.slice(0, 1)] }, 'ENVELOPE_MALFORMED'],
    [
      'a key of small order',
      { recipients: [{ role: 'worker', publicKey: new Uint8Array(32) }] },
      'ENVELOPE_MALFORMED',
    ],
    [
      'a short key',
      { recipients: [{ role: 'worker', publicKey: worker.publicKey.subarray(1) }] },
      'ENVELOPE_MALFORMED',
    ],
    ['an empty edge', { context: { ...context, edge: '' } }, 'ENVELOPE_MALFORMED'],
    ['a lone surrogate', { context: { ...context, tenant: '\ud800' } }, 'ENVELOPE_MALFORMED'],
    ['a bad digest', { context: { ...context, policyDigest: 'sha256:x' as Digest } }, 'ENVELOPE_MALFORMED'],
    ['a bad expiry', { context: { ...context, notAfter: 'tomorrow' } }, 'ENVELOPE_MALFORMED'],
    ['an unknown suite', { suite: 3 as 1 }, 'SUITE_UNSUPPORTED'],
    ['suite 1 above 1 MiB', { suite: 1, plaintext: new Uint8Array(1024 * 1024 + 1) }, 'ENVELOPE_TOO_LARGE'],
    ['suite 2 above 64 MiB', { plaintext: new Uint8Array(64 * 1024 * 1024 + 1) }, 'ENVELOPE_TOO_LARGE'],
  ];

  it.each(cases)('%s', async (_name, change, code) => {
    await expect(seal(2, change)).rejects.toThrow(refusal(code));
  });

  it('and opening refuses a payload of suite 1 above its limit, before it copies it', async () => {
    const bytes = resign(await seal(1), () => ({}), new Uint8Array(1024 * 1024 + 73));
    await expect(open(bytes)).rejects.toThrow(refusal('ENVELOPE_TOO_LARGE'));
  });

  it('leaves further members of a context out of the header', async () => {
    const wide = { ...context, secretNote: 'never signed' };
    expect(fromUtf8(parseEnvelope(await seal(2, { context: wide })).headerBytes)).not.toContain('secretNote');
  });
});
