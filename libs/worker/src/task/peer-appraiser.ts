import {
  type Appraisal,
  type AppraisalPolicy,
  appraise,
  type Binding,
  BindingMemory,
  type Collateral,
  parseAppraisalPolicy,
  type TrustRoots,
} from '#attestation';
import { type Digest, digestOf, failedChecks, parseJsonStrict } from '#canonical';
import { TaskError } from '../runtime.js';

/** A peer whose evidence passed the pinned policy. */
export interface AppraisedPeer {
  readonly binding: Binding;
  /** Operations that the reference value of its measurement allows. */
  readonly operations: readonly string[];
  readonly appraisal: Appraisal;
}

const CACHE_MAX = 256;
const POLICY_BYTES_MAX = 64 * 1024;

/**
 * Appraises the workers before and after this one in a run, under the policy that the client pinned.
 *
 * The roots are this worker's own configuration, measured with it; the policy comes with the run and is named by the
 * digest that every envelope binds. The orchestrator, which carries evidence, policy and what vendors publish, can
 * change none of them: it can only leave something out, and then the appraisal fails.
 */
export class PeerAppraiser {
  readonly #stored = new Map<string, AppraisedPeer>();
  readonly #memory = new BindingMemory();

  constructor(
    private readonly roots: TrustRoots,
    private readonly now: () => number,
  ) {}

  /** Reads a pinned policy whose digest the caller checked. */
  static policy(bytes: Uint8Array): AppraisalPolicy {
    try {
      return parseAppraisalPolicy(parseJsonStrict(bytes, { bytesMax: POLICY_BYTES_MAX }));
    } catch {
      throw new TaskError('POLICY_MALFORMED', 'the pinned policy is not an appraisal policy');
    }
  }

  /** Remembers a nonce that up to `answersMax` workers are asked with, until `notAfterMs`. */
  ask(nonce: Uint8Array, notAfterMs: number, answersMax: number): void {
    this.#memory.issue(nonce, notAfterMs, answersMax);
  }

  /** Evidence answered to a nonce that this worker asked with: fresh, once. Null when it does not pass. */
  offer(
    evidence: Uint8Array,
    nonce: Uint8Array,
    policy: AppraisalPolicy,
    policyDigest: Digest,
    collateral: readonly Collateral[] = [],
  ): AppraisedPeer | null {
    const fresh = { expectedNonce: nonce, memory: this.#memory };
    return this.#judge(evidence, fresh, policy, policyDigest, collateral).peer;
  }

  /** Evidence that came with a statement: judged at its own time, by its `notAfter`. */
  stored(
    evidence: Uint8Array,
    policy: AppraisalPolicy,
    policyDigest: Digest,
    collateral: readonly Collateral[] = [],
  ): AppraisedPeer {
    const key = `${digestOf(evidence)} ${policyDigest}`;
    const cached = this.#stored.get(key);
    if (cached !== undefined && cached.binding.notAfterMs > this.now()) return cached;
    const { peer, reasons } = this.#judge(
      evidence,
      { expectedNonce: null },
      policy,
      policyDigest,
      collateral,
    );
    if (peer === null) {
      throw new TaskError('EVIDENCE_INVALID', `the producer's evidence fails the pinned policy: ${reasons}`);
    }
    if (this.#stored.size >= CACHE_MAX) this.#stored.clear();
    this.#stored.set(key, peer);
    return peer;
  }

  #judge(
    evidence: Uint8Array,
    fresh: { readonly expectedNonce: Uint8Array | null; readonly memory?: BindingMemory },
    policy: AppraisalPolicy,
    policyDigest: Digest,
    collateral: readonly Collateral[],
  ): { peer: AppraisedPeer | null; reasons: string } {
    const appraisal = appraise({
      evidence,
      roots: this.roots,
      policy,
      ...fresh,
      at: this.now(),
      policyDigest,
      collateral,
    });
    const failed = failedChecks(appraisal.checks);
    const { binding, measurement } = appraisal;
    const reference = policy.measurements.find(
      ({ mrtd, imageDigest }) => mrtd === measurement?.mrtd && imageDigest === binding?.imageDigest,
    );
    if (failed.length > 0 || binding === null || reference === undefined) {
      const reasons = [...new Set(failed.map(({ reason }) => reason ?? 'FAILED'))].join(', ');
      return { peer: null, reasons: reasons === '' ? 'MEASUREMENT_UNKNOWN' : reasons };
    }
    return { peer: { binding, operations: reference.operations, appraisal }, reasons: '' };
  }
}
