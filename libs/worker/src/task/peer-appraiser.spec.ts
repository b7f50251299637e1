import { describe, expect, it } from 'vitest';
import { type AppraisalPolicy, appraisalPolicyDigest, createSimulationAuthority } from '#attestation';
import { canonicalBytes, digestOf, toJson, utf8 } from '#canonical';
import { PeerAppraiser } from './peer-appraiser.js';
import { bootSimulated, LIFETIME_MS, NOW_MS, policy, policyDigest, random, roots } from './worker.fixture.js';

const refusal = (code: string) => expect.objectContaining({ name: 'TaskError', code });
const appraiserAt = (nowMs: number) => new PeerAppraiser(roots, () => nowMs);
const appraiser = appraiserAt(NOW_MS);

/** A nonce that this worker asks several others with. */
function asked(nonce = random(32)): Uint8Array {
  appraiser.ask(nonce, NOW_MS + 10_000, 3);
  return nonce;
}

describe('a pinned policy', () => {
  it.each([
    ['not JSON', utf8('allowSimulated: true')],
    ['not a policy', canonicalBytes({ allowSimulated: true })],
    ['a policy with a member of its own', canonicalBytes({ ...(toJson(policy) as object), extra: 1 })],
    ['larger than any policy', utf8(JSON.stringify({ v: 'x'.repeat(100_000) }))],
  ])('that is %s is refused', (_what, bytes) => {
    expect(() => PeerAppraiser.policy(bytes)).toThrow(refusal('POLICY_MALFORMED'));
  });

  it('is read from its canonical bytes', () => {
    expect(PeerAppraiser.policy(canonicalBytes(toJson(policy)))).toEqual(policy);
  });
});

describe('a fresh offer', () => {
  it('passes with the operations of its reference value, and no other', async () => {
    const nonce = asked();
    const evidence = await bootSimulated('prover').evidence.answer(nonce, policyDigest);
    expect(appraiser.offer(evidence, nonce, policy, policyDigest)?.operations).toEqual(['scorecard.prove']);
  });

  it('passes once: an answer that comes again is a replay', async () => {
    const nonce = asked();
    const evidence = await bootSimulated('prover').evidence.answer(nonce, policyDigest);
    expect(appraiser.offer(evidence, nonce, policy, policyDigest)).not.toBeNull();
    expect(appraiser.offer(evidence, nonce, policy, policyDigest)).toBeNull();
  });

  it('to a nonce that nobody asked with does not pass', async () => {
    const nonce = random(32);
    const evidence = await bootSimulated('prover').evidence.answer(nonce, policyDigest);
    expect(appraiser.offer(evidence, nonce, policy, policyDigest)).toBeNull();
  });

  it('passes with the GPU that it commits to', async () => {
    const nonce = asked();
    const evidence = await bootSimulated('reader', { gpus: 1 }).evidence.answer(nonce, policyDigest);
    expect(appraiser.offer(evidence, nonce, policy, policyDigest)).not.toBeNull();
  });

  it.each<[string, () => Promise<[evidence: Uint8Array, nonce: Uint8Array, policy: AppraisalPolicy]>]>([
    [
      'that answers another nonce',
      async () => [
        await bootSimulated('prover').evidence.answer(random(32), policyDigest),
        random(32),
        policy,
      ],
    ],
    [
      'of an image without a reference value',
      async () => {
        const nonce = asked();
        return [await bootSimulated('stranger').evidence.answer(nonce, policyDigest), nonce, policy];
      },
    ],
    [
      'of a known guest that runs another image',
      async () => {
        const nonce = asked();
        const worker = bootSimulated('prover', { imageDigest: digestOf(utf8('patched')) });
        return [await worker.evidence.answer(nonce, policyDigest), nonce, policy];
      },
    ],
    [
      'bound to another policy',
      async () => {
        const nonce = asked();
        const other = digestOf(utf8('another policy'));
        return [await bootSimulated('prover').evidence.answer(nonce, other), nonce, policy];
      },
    ],
    [
      'signed by hardware of another simulation root',
      async () => {
        const nonce = asked();
        const worker = bootSimulated('prover', { authority: createSimulationAuthority(random, NOW_MS) });
        return [await worker.evidence.answer(nonce, policyDigest), nonce, policy];
      },
    ],
    [
      'from simulated hardware where the policy wants real one',
      async () => {
        const nonce = asked();
        const strict = { ...policy, allowSimulated: false };
        return [
          await bootSimulated('prover').evidence.answer(nonce, appraisalPolicyDigest(strict)),
          nonce,
          strict,
        ];
      },
    ],
    ['that is no evidence package', async () => [random(500), random(32), policy]],
    ['of no bytes', async () => [new Uint8Array(0), random(32), policy]],
  ])('%s is refused', async (_what, make) => {
    const [evidence, nonce, pinned] = await make();
    expect(appraiser.offer(evidence, nonce, pinned, appraisalPolicyDigest(pinned))).toBeNull();
  });

  it('with one byte changed anywhere is refused', async () => {
    const nonce = asked();
    const evidence = await bootSimulated('prover').evidence.answer(nonce, policyDigest);
    for (let place = 0; place < evidence.length; place += 97) {
      const changed = Uint8Array.from(evidence);
      changed[place] = (changed[place] ?? 0) ^ 1;
      asked(nonce);
      expect(appraiser.offer(changed, nonce, policy, policyDigest), `byte ${place}`).toBeNull();
    }
  });
});

describe('stored evidence', () => {
  it('counts until it runs out, and not after, also when it was judged before', async () => {
    const evidence = await bootSimulated('reader').evidence.answer(random(32), policyDigest);
    let nowMs = NOW_MS;
    const aging = new PeerAppraiser(roots, () => nowMs);
    expect(aging.stored(evidence, policy, policyDigest).operations).toEqual(['document.extract']);
    nowMs = NOW_MS + LIFETIME_MS;
    expect(aging.stored(evidence, policy, policyDigest).operations).toEqual(['document.extract']);
    nowMs = NOW_MS + LIFETIME_MS + 1;
    expect(() => aging.stored(evidence, policy, policyDigest)).toThrow(refusal('EVIDENCE_INVALID'));
  });

  it('that passed under one policy does not pass under another', async () => {
    const evidence = await bootSimulated('reader').evidence.answer(random(32), policyDigest);
    appraiser.stored(evidence, policy, policyDigest);
    const other = { ...policy, bindingLifetimeMsMax: policy.bindingLifetimeMsMax + 1 };
    expect(() => appraiser.stored(evidence, other, appraisalPolicyDigest(other))).toThrow(
      refusal('EVIDENCE_INVALID'),
    );
  });

  it('is refused with the reasons, for whoever reads the log', async () => {
    const evidence = await bootSimulated('stranger').evidence.answer(random(32), policyDigest);
    expect(() => appraiser.stored(evidence, policy, policyDigest)).toThrow('MEASUREMENT_UNKNOWN');
  });
});
