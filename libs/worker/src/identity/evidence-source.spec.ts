import { beforeEach, describe, expect, it } from 'vitest';
import {
  gpuEvidenceDigest,
  parseBinding,
  parseEvidencePackage,
  parseTdxQuote,
  reportData,
} from '#attestation';
import { type Digest, digestOf, toHex, utf8 } from '#canonical';
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

  const asked = async (policy = policyDigest) => digestOf(await source.answer(random(32), policy));
  const statement = async (...digests: Digest[]) =>
    digestOf(await source.forStatement(policyDigest, digests, own));

  it('is the first answer of this worker that the run speaks of, whatever was asked since', async () => {
    const [early, late] = [await asked(), await asked()];
    await asked();
    expect(await statement(digestOf(utf8('the answer of another worker')), early, late)).toBe(early);
  });

  it.each<[string, () => Promise<Digest[]>]>([
    [
      'nobody of the run asked',
      async () => [digestOf(await bootSimulated('reader').evidence.answer(random(32), policyDigest))],
    ],
    ['the answer was for another policy', async () => [await asked(digestOf(utf8('another policy')))]],
  ])('is made anew, over its own nonce, when %s', async (_when, digests) => {
    const made = await source.forStatement(policyDigest, await digests(), own);
    const binding = parseBinding(parseEvidencePackage(made).binding);
    expect(toHex(binding.nonce)).toBe(toHex(own));
    expect(binding.policyDigest).toBe(policyDigest);
  });

  it('is made anew when less than half of its life is left', async () => {
    const old = await asked();
    nowMs += LIFETIME_MS / 2 - 1;
    expect(await statement(old)).toBe(old);
    nowMs += 1;
    expect(await statement(old)).not.toBe(old);
  });

  it('is forgotten, the oldest answer first, and never grows without bound', async () => {
    const first = await asked();
    for (let index = 0; index < 255; index += 1) await asked();
    expect(await statement(first)).toBe(first);
    await asked();
    expect(await statement(first)).not.toBe(first);
  });
});
