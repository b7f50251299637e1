import { beforeEach, describe, expect, it } from 'vitest';
import {
  gpuEvidenceDigest,
  parseBinding,
  parseEvidencePackage,
  parseTdxQuote,
  reportData,
} from '#attestation';
import { digestOf, toHex, utf8 } from '#canonical';
import { bootSimulated, LIFETIME_MS, NOW_MS, policyDigest, random } from '../task/worker.fixture.js';
import type { EvidenceSource } from './evidence-source.js';

let nowMs: number;
let source: EvidenceSource;

beforeEach(() => {
  nowMs = NOW_MS;
  source = bootSimulated('reader', { now: () => nowMs }).evidence;
});

describe('an answer', () => {
  it('binds nonce, keys, boot, image and policy, and ends with its lifetime', async () => {
    const worker = bootSimulated('reader');
    const nonce = random(32);
    const binding = parseBinding(
      parseEvidencePackage(await worker.evidence.answer(nonce, policyDigest)).binding,
    );
    expect(binding).toMatchObject({
      workerId: 'reader-0',
      imageDigest: worker.imageDigest,
      policyDigest,
      gpuEvidenceDigest: null,
      notAfterMs: NOW_MS + LIFETIME_MS,
    });
    expect(toHex(binding.nonce)).toBe(toHex(nonce));
    expect(toHex(binding.bootId)).toBe(toHex(worker.identity.bootId));
    expect(toHex(binding.signKey)).toBe(toHex(worker.identity.signPublicKey));
    expect(binding.sealKeys.map(({ publicKey }) => toHex(publicKey))).toEqual([
      toHex(worker.identity.sealPublicKey),
    ]);
  });

  it('is signed by hardware: the quote carries the hash of the binding', async () => {
    const evidence = parseEvidencePackage(await source.answer(random(32), policyDigest));
    const quote = parseTdxQuote(evidence.cpu.quote);
    expect(toHex(quote.body.reportData)).toBe(toHex(reportData(evidence.binding)));
  });

  it('names the GPU evidence that travels with it', async () => {
    const worker = bootSimulated('reader', { gpus: 1 });
    const evidence = parseEvidencePackage(await worker.evidence.answer(random(32), policyDigest));
    expect(evidence.gpus).toHaveLength(1);
    expect(parseBinding(evidence.binding).gpuEvidenceDigest).toBe(gpuEvidenceDigest(evidence.gpus));
  });
});

describe('evidence for a statement', () => {
  const own = random(32);

  it('is the newest that a verifier of this policy asked for', async () => {
    await source.answer(random(32), policyDigest);
    const newest = await source.answer(random(32), policyDigest);
    await source.answer(random(32), digestOf(utf8('another policy')));
    expect(toHex(await source.forStatement(policyDigest, own))).toBe(toHex(newest));
  });

  it('is made anew when nobody asked under this policy', async () => {
    await source.answer(random(32), digestOf(utf8('another policy')));
    const binding = parseBinding(parseEvidencePackage(await source.forStatement(policyDigest, own)).binding);
    expect(toHex(binding.nonce)).toBe(toHex(own));
    expect(binding.policyDigest).toBe(policyDigest);
  });

  it('is made anew when less than half of its life is left', async () => {
    const old = await source.answer(random(32), policyDigest);
    nowMs += LIFETIME_MS / 2 - 1;
    expect(toHex(await source.forStatement(policyDigest, own))).toBe(toHex(old));
    nowMs += 1;
    expect(toHex(await source.forStatement(policyDigest, own))).not.toBe(toHex(old));
  });

  it('is forgotten policy by policy, the oldest first, and never grows without bound', async () => {
    const first = await source.answer(random(32), policyDigest);
    for (let index = 0; index < 31; index += 1)
      await source.answer(random(32), digestOf(utf8(`policy ${index}`)));
    expect(toHex(await source.forStatement(policyDigest, own))).toBe(toHex(first));
    await source.answer(random(32), digestOf(utf8('one too many')));
    expect(toHex(await source.forStatement(policyDigest, own))).not.toBe(toHex(first));
  });

  it('of one policy does not push out that of others however often it is asked for', async () => {
    const oldest = await source.answer(random(32), policyDigest);
    for (let index = 0; index < 31; index += 1)
      await source.answer(random(32), digestOf(utf8(`policy ${index}`)));
    for (let again = 0; again < 3; again += 1) await source.answer(random(32), digestOf(utf8('policy 30')));
    expect(toHex(await source.forStatement(policyDigest, own))).toBe(toHex(oldest));
  });
});
