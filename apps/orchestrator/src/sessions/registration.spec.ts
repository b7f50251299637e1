import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type Binding, buildBinding, encodeEvidencePackage } from '#attestation';
import { digestOf, toBase64, toHex, utf8 } from '#canonical';
import type { Register__Output } from '#contracts';
import { sealKeyId } from '#sealing';
import { limits } from '../config/limits.js';
import { parseRegistration } from './registration.js';

const random = (n: number): Uint8Array => new Uint8Array(randomBytes(n));
const nonce = random(32);
const keys = { seal: random(32), sign: random(32) };
const bootId = random(16);

function evidence(changes: Partial<Binding> = {}): Buffer {
  const binding = buildBinding({
    v: 'sealflow/binding/v1',
    nonce,
    workerId: 'tee-worker-0',
    bootId,
    epoch: 0,
    sealKeys: [{ alg: 'x25519', publicKey: keys.seal }],
    signKey: keys.sign,
    imageDigest: digestOf(utf8('image')),
    policyDigest: digestOf(utf8('policy')),
    gpuEvidenceDigest: null,
    notAfterMs: Date.parse('2026-11-20T22:00:00.000Z'),
    ...changes,
  });
  return Buffer.from(
    encodeEvidencePackage({ binding, cpu: { format: 'tdx-quote-v4', quote: random(600) }, gpus: [] }),
  );
}

const register: Register__Output = {
  worker: 'tee-worker-0',
  operations: ['document.extract', 'ledger.open.authorize'],
  package: evidence(),
  leasesMax: 4,
};

const parse = (changes: Partial<Register__Output> = {}) =>
  parseRegistration({ ...register, ...changes }, nonce);
const refusal = (reason: string) => expect.objectContaining({ name: 'ApiError', reason });

describe('a worker that registers', () => {
  it('is who its binding says', () => {
    expect(parse()).toEqual({
      workerId: 'tee-worker-0',
      bootId: toHex(bootId),
      operations: ['document.extract', 'ledger.open.authorize'],
      sealKeyId: sealKeyId(keys.seal),
      signKey: toBase64(keys.sign),
      imageDigest: digestOf(utf8('image')),
      leasesMax: 4,
    });
  });

  it.each([
    [0, 1],
    [-5, 1],
    [64, 64],
    [1_000_000, 64],
  ])('with room for %i tasks gets %i at most', (leasesMax, most) => {
    expect(parse({ leasesMax }).leasesMax).toBe(most);
  });

  it.each<[string, string, () => Partial<Register__Output>]>([
    ['answers an older challenge', 'EVIDENCE_INVALID', () => ({ package: evidence({ nonce: random(32) }) })],
    ['uses the evidence of another worker', 'EVIDENCE_INVALID', () => ({ worker: 'tee-worker-1' })],
    ['sends no evidence', 'EVIDENCE_INVALID', () => ({ package: Buffer.alloc(0) })],
    ['sends noise', 'EVIDENCE_INVALID', () => ({ package: Buffer.from(random(400)) })],
    ['sends too much', 'LIMIT_EXCEEDED', () => ({ package: Buffer.alloc(limits.packageBytesMax + 1) })],
    [
      'offers what is no operation',
      'INVALID_REQUEST',
      () => ({ operations: ['document.extract', 'rm -rf'] }),
    ],
    [
      'offers too many operations',
      'INVALID_REQUEST',
      () => ({ operations: Array.from({ length: 33 }, (_, n) => `op.x${n}`) }),
    ],
  ])('is refused when it %s', (_what, reason, changes) => {
    expect(() => parse(changes())).toThrow(refusal(reason));
  });
});
