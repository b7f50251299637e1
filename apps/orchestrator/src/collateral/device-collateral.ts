import {
  type AppraisalPolicy,
  AttestationError,
  type Collateral,
  type CollateralNeed,
  collateralNeeds,
  type IssuedPair,
  parseEvidencePackage,
  rimSigners,
} from '#attestation';
import { digestOf } from '#canonical';
import type { Logger } from '#telemetry';
import { CollateralError } from './collateral-error.js';
import type { CollateralService } from './collateral-service.js';

const PACKAGES_MAX = 512;

/**
 * What vendors say about the devices of a package, fetched once for each package and kept while it is current. What
 * cannot be had is left out and logged: every appraisal then fails closed, and names what it missed.
 */
export class DeviceCollateral {
  readonly #known = new Map<
    string,
    { readonly untilMs: number; readonly collateral: readonly Collateral[] }
  >();

  constructor(
    /** Null where none is configured: then devices have what they bring along. */
    private readonly service: CollateralService | null,
    private readonly clock: () => number,
    private readonly logger: Pick<Logger, 'warn'>,
  ) {}

  /** @param key names the package, e.g. by its digest */
  async of(key: string, evidence: Uint8Array): Promise<readonly Collateral[]> {
    const known = this.#known.get(key);
    if (known !== undefined && this.clock() < known.untilMs) return known.collateral;
    const found: Collateral[] = [];
    if (this.service !== null) {
      for (const need of needsOf(evidence)) found.push(...(await this.#answer(this.service, need)));
    }
    const collateral = distinct(found);
    if (this.#known.size >= PACKAGES_MAX) this.#known.clear();
    this.#known.set(key, { untilMs: this.clock() + KEPT_MS, collateral });
    return collateral;
  }

  /**
   * The policy with the highest `tcbEvaluationDataNumber` that was ever seen as its minimum: a policy may ask for
   * more, and nobody who stands in the way of newer data can ask for less.
   */
  raised(policy: AppraisalPolicy): AppraisalPolicy {
    const seen = this.service?.highestEvaluationDataNumber('TDX') ?? 0;
    const minTcbEvaluationDataNumber = Math.max(seen, policy.tdx?.minTcbEvaluationDataNumber ?? 0);
    return minTcbEvaluationDataNumber === 0
      ? policy
      : { ...policy, tdx: { ...policy.tdx, minTcbEvaluationDataNumber } };
  }

  async #answer(service: CollateralService, need: CollateralNeed): Promise<readonly Collateral[]> {
    switch (need.vendor) {
      case 'intel':
        return this.#tried('intel', async () => [await service.intel(need)]);
      case 'amd': {
        const { vcek } = need;
        const tcb = vcek === null ? null : { ...vcek.tcb, fmc: vcek.tcb.fmc ?? undefined };
        const chip = vcek === null || tcb === null ? null : { chipId: vcek.chipId, tcb: definedParts(tcb) };
        return this.#tried('amd', () =>
          service.amd({ product: need.product, signer: need.signer, vcek: chip }),
        );
      }
      case 'nvidia': {
        const rims = await this.#each(need.rims, (id) => service.rim(id));
        const signers = rims.flatMap(({ data }) => rimSigners(data));
        const pairs: readonly IssuedPair[] = [...need.certificates, ...signers];
        const ocsp = await this.#each(pairs, ({ certificate, issuer }) => service.ocsp(certificate, issuer));
        return [...rims, ...ocsp];
      }
    }
  }

  async #each<T>(items: readonly T[], ask: (item: T) => Promise<Collateral>): Promise<Collateral[]> {
    const answers: Collateral[] = [];
    for (const item of items) answers.push(...(await this.#tried('nvidia', async () => [await ask(item)])));
    return answers;
  }

  async #tried(vendor: string, ask: () => Promise<readonly Collateral[]>): Promise<readonly Collateral[]> {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof CollateralError)) throw error;
      const { code: reason, message } = error;
      this.logger.warn({ vendor, reason, message }, 'collateral is missing: appraisals that need it fail');
      return [];
    }
  }
}

/** The service knows by itself what is current; this only spares it the same questions within a run. */
const KEPT_MS = 60_000;

function needsOf(evidence: Uint8Array): readonly CollateralNeed[] {
  try {
    return collateralNeeds(parseEvidencePackage(evidence));
  } catch (error) {
    if (error instanceof AttestationError) return [];
    throw error;
  }
}

function definedParts(tcb: Readonly<Record<string, number | undefined>>): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(tcb).flatMap(([part, version]) => (version === undefined ? [] : [[part, version]])),
  );
}

/** Two devices of one kind share a manifest. */
function distinct(collateral: readonly Collateral[]): Collateral[] {
  return [...new Map(collateral.map((piece) => [`${piece.kind} ${digestOf(piece.data)}`, piece])).values()];
}
