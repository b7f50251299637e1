import {
  type BindingRule,
  buildBinding,
  type EvidencePackageParts,
  encodeEvidencePackage,
  expectedGpuNonce,
  type GpuEvidence,
  gpuEvidenceDigest,
  gpuNonce,
  parseBinding,
  reportData,
} from '#attestation';
import { type Digest, digestOf } from '#canonical';
import type { BootIdentity } from './boot-identity.js';
import type { QuoteProvider } from './quote-provider.js';

export interface EvidenceSourceOptions {
  readonly identity: BootIdentity;
  readonly provider: QuoteProvider;
  readonly imageDigest: Digest;
  /** How long a quote may serve; the verifier's policy has its own bound. */
  readonly bindingLifetimeMs: number;
  readonly now: () => number;
}

/** A package that was made for a policy, and until when it speaks for this boot. */
interface IssuedPackage {
  readonly bytes: Uint8Array;
  readonly policyDigest: Digest;
  readonly notAfterMs: number;
}

/** Packages kept for statements. Above it the oldest goes: a new one costs one quote. */
const ISSUED_MAX = 256;

/**
 * Makes evidence packages: GPU evidence first, then the binding that names its digest, then the quote over the
 * binding. The order makes both directions hold: CPU evidence commits to the GPUs, GPU evidence to the sealing key.
 */
export class EvidenceSource {
  readonly #issued = new Map<Digest, IssuedPackage>();

  constructor(private readonly options: EvidenceSourceOptions) {}

  /** Fresh evidence over a verifier's nonce (32 bytes), bound to the verifier's policy. */
  async answer(nonce: Uint8Array, policyDigest: Digest): Promise<Uint8Array> {
    const notAfterMs = this.options.now() + this.options.bindingLifetimeMs;
    const bytes = encodeEvidencePackage(
      this.options.provider.bindingRule === 'sealflow/binding/v1+coco'
        ? await this.#cocoParts(nonce, policyDigest, notAfterMs)
        : await this.#parts(nonce, policyDigest, notAfterMs),
    );
    const digest = digestOf(bytes);
    if (this.#issued.size >= ISSUED_MAX) this.#issued.delete([...this.#issued.keys()][0] ?? digest);
    this.#issued.set(digest, { bytes, policyDigest, notAfterMs });
    return bytes;
  }

  async #parts(nonce: Uint8Array, policyDigest: Digest, notAfterMs: number): Promise<EvidencePackageParts> {
    const { identity, provider } = this.options;
    const gpus = await provider.gpuEvidence(gpuNonce(nonce, identity.sealPublicKey));
    const binding = this.#binding('sealflow/binding/v1', nonce, policyDigest, notAfterMs, gpus);
    return { binding, ...(await this.#cpu(reportData(binding))), gpus };
  }

  /** One value serves CPU and GPU there, so the binding comes first and commits to no GPU evidence. */
  async #cocoParts(
    nonce: Uint8Array,
    policyDigest: Digest,
    notAfterMs: number,
  ): Promise<EvidencePackageParts> {
    const binding = this.#binding('sealflow/binding/v1+coco', nonce, policyDigest, notAfterMs, []);
    const data = reportData(binding);
    const gpus = await this.options.provider.gpuEvidence(
      expectedGpuNonce(parseBinding(binding), binding),
      data,
    );
    return { binding, ...(await this.#cpu(data)), gpus };
  }

  #binding(
    v: BindingRule,
    nonce: Uint8Array,
    policyDigest: Digest,
    notAfterMs: number,
    gpus: readonly GpuEvidence[],
  ): Uint8Array {
    const { identity, imageDigest } = this.options;
    return buildBinding({
      v,
      nonce,
      workerId: identity.workerId,
      bootId: identity.bootId,
      epoch: 0,
      sealKeys: [{ alg: 'x25519', publicKey: identity.sealPublicKey }],
      signKey: identity.signPublicKey,
      imageDigest,
      policyDigest,
      gpuEvidenceDigest: gpus.length === 0 ? null : gpuEvidenceDigest(gpus),
      notAfterMs,
    });
  }

  async #cpu(data: Uint8Array): Promise<Pick<EvidencePackageParts, 'cpu' | 'collateral'>> {
    const { provider } = this.options;
    if (provider.providedQuote === undefined) {
      return { cpu: { format: 'tdx-quote-v4', quote: await provider.quote(data) }, collateral: [] };
    }
    const { format, quote, collateral } = await provider.providedQuote(data);
    return { cpu: { format, quote }, collateral: collateral ?? [] };
  }

  /**
   * Evidence for a step statement: an answer that somebody of the run asked for, since the run's records then hold
   * its nonce. `ownNonce` serves where nobody asked, or where the answer is past half of its life.
   *
   * @param asked digests of packages that the run speaks of, in order of preference
   */
  async forStatement(
    policyDigest: Digest,
    asked: readonly Digest[],
    ownNonce: Uint8Array,
  ): Promise<Uint8Array> {
    const halfLifeMs = this.options.bindingLifetimeMs / 2;
    for (const digest of asked) {
      const issued = this.#issued.get(digest);
      if (issued?.policyDigest !== policyDigest) continue;
      if (issued.notAfterMs - this.options.now() > halfLifeMs) return issued.bytes;
    }
    return this.answer(ownNonce, policyDigest);
  }
}
