import { describe, expect, it } from 'vitest';
import { digestOf, u32be, utf8 } from '#canonical';
import { parseEnvelope } from './envelope.js';
import { generateSealKeyPair } from './keys.js';
import { sealEnvelope } from './seal.js';

const refusal = (code: string) => expect.objectContaining({ name: 'SealingError', code });
const random = (count: number) => crypto.getRandomValues(new Uint8Array(count));
const join = (...parts: readonly Uint8Array[]) => new Uint8Array(Buffer.concat(parts));

const envelope = await sealEnvelope({
  suite: 2,
  context: {
    tenant: 'acme',
    runId: '01JD0000000000000000000000',
    workflowDigest: digestOf(utf8('workflow')),
    edge: 'inputs/statement',
    attempts: { from: 1, to: 3 },
    seq: 0,
    policyDigest: digestOf(utf8('policy')),
    contentType: 'text/plain',
    notAfter: '2026-11-20T21:03:11.123Z',
  },
  recipients: [{ role: 'worker', publicKey: generateSealKeyPair(random).publicKey }],
  senderSeed: random(32),
  plaintext: utf8('hello'),
  random,
});

describe('envelope bytes', () => {
  const headerLength = Buffer.from(envelope).readUInt32BE(4);

  const cases: readonly (readonly [string, Uint8Array, string])[] = [
    ['that are empty', new Uint8Array(), 'ENVELOPE_MALFORMED'],
    ['with another magic', join(utf8('SFE2'), envelope.subarray(4)), 'ENVELOPE_MALFORMED'],
    ['of magic alone', envelope.subarray(0, 4), 'ENVELOPE_MALFORMED'],
    ['cut inside the length', envelope.subarray(0, 7), 'ENVELOPE_MALFORMED'],
    ['cut inside the header', envelope.subarray(0, 100), 'ENVELOPE_MALFORMED'],
    ['cut inside the signature', envelope.subarray(0, 8 + headerLength + 63), 'ENVELOPE_MALFORMED'],
    [
      'with a shorter header length',
      join(utf8('SFE1'), u32be(headerLength - 1), envelope.subarray(8)),
      'ENVELOPE_MALFORMED',
    ],
    [
      'with a longer header length',
      join(utf8('SFE1'), u32be(headerLength + 1), envelope.subarray(8)),
      'ENVELOPE_MALFORMED',
    ],
    [
      'with a header length of zero',
      join(utf8('SFE1'), u32be(0), envelope.subarray(8)),
      'ENVELOPE_MALFORMED',
    ],
    [
      'with a header length of 4 GiB',
      join(utf8('SFE1'), u32be(0xffffffff), envelope.subarray(8)),
      'ENVELOPE_TOO_LARGE',
    ],
    ['above the limit', new Uint8Array(65 * 1024 * 1024 + 1), 'ENVELOPE_TOO_LARGE'],
  ];

  it.each(cases)('%s are refused', (_name, bytes, code) => {
    expect(() => parseEnvelope(bytes)).toThrow(refusal(code));
  });

  it('are split into header, signature and payload, from a view too', () => {
    const view = join(new Uint8Array(3), envelope).subarray(3);
    const { header, headerBytes, signature, payload } = parseEnvelope(view);
    expect(header.edge).toBe('inputs/statement');
    expect(headerBytes).toHaveLength(headerLength);
    expect(signature).toHaveLength(64);
    expect(payload).toHaveLength(24 + 32 + 'hello'.length + 16);
  });
});
