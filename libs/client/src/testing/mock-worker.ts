/** A worker of no machine: what it says of itself is signed by a root that was made for it, and says SIMULATED. */
import {
  type AppraisalPolicy,
  appraisalPolicyDigest,
  buildBinding,
  createSimulationAuthority,
  encodeEvidencePackage,
  reportData,
  type SimulationAuthority,
  simulatedRoots,
  simulateTdxQuote,
  type TrustRoots,
  vendorTrustRoots,
} from '#attestation';
import { type Digest, digestOf, ed25519PublicKey, type Json, parseEdgePayload, utf8 } from '#canonical';
import { generateSealKeyPair, openEnvelope, type SealKeyPair } from '#sealing';
import { CATALOGUE } from '#workflow';
import type { RandomSource } from '../client-identity.js';

const MRTD = 'a1'.repeat(48);
const OTHER_MRTD = 'b2'.repeat(48);
const LIFETIME_MS = 3_600_000;

/** Operations of all workers, the owner's own excepted: whoever has a prover has it in another process. */
export const operations: readonly string[] = [
  ...new Set(
    [...CATALOGUE.values()].flatMap(({ candidates }) =>
      candidates.flatMap(({ tasks }) => tasks.map(({ operation }) => operation)),
    ),
  ),
].sort();

export class MockWorker {
  readonly policy: AppraisalPolicy;
  readonly roots: TrustRoots;
  /** Another machine than the trust file allows, from now on. */
  isAnother = false;
  readonly #authority: SimulationAuthority;
  readonly #sealKeys: SealKeyPair;
  readonly #signKey: Uint8Array;
  readonly #bootId: Uint8Array;
  readonly #imageDigest = digestOf(utf8('mock worker'));

  constructor(
    private readonly random: RandomSource,
    private readonly now: () => number,
  ) {
    this.#authority = createSimulationAuthority(random, now());
    this.#sealKeys = generateSealKeyPair(random);
    this.#signKey = ed25519PublicKey(random(32));
    this.#bootId = random(16);
    this.roots = { ...vendorTrustRoots, ...simulatedRoots(this.#authority) };
    this.policy = {
      v: 'sealflow/appraisal-policy/v1',
      allowSimulated: true,
      gpu: { required: false },
      measurements: [
        { name: 'mock-worker', mrtd: MRTD, imageDigest: this.#imageDigest, operations: [...operations] },
      ],
      bindingRules: ['sealflow/binding/v1'],
      freshness: ['nonce'],
      bindingLifetimeMsMax: 2 * LIFETIME_MS,
    };
  }

  get policyDigest(): Digest {
    return appraisalPolicyDigest(this.policy);
  }

  /** Evidence over the nonce of a client. */
  evidence(nonce: Uint8Array): Uint8Array {
    const binding = buildBinding({
      v: 'sealflow/binding/v1',
      nonce,
      workerId: 'mock-worker',
      bootId: this.#bootId,
      epoch: 0,
      sealKeys: [{ alg: 'x25519', publicKey: this.#sealKeys.publicKey }],
      signKey: this.#signKey,
      imageDigest: this.#imageDigest,
      policyDigest: this.policyDigest,
      gpuEvidenceDigest: null,
      notAfterMs: this.now() + LIFETIME_MS,
    });
    const quote = simulateTdxQuote(
      this.#authority,
      { reportData: reportData(binding), mrtd: this.isAnother ? OTHER_MRTD : MRTD },
      this.random,
    );
    return encodeEvidencePackage({ binding, cpu: { format: 'tdx-quote-v4', quote }, gpus: [] });
  }

  /** What a worker would read of an input. */
  async open(bytes: Uint8Array, expected: { tenant: string; runId: string; edge: string }): Promise<Json> {
    const secretKey = this.#sealKeys.secretKey;
    const { plaintext } = await openEnvelope({ bytes, secretKey, expected, at: this.now() });
    return parseEdgePayload(plaintext).value;
  }
}
