import {
  type AppraisalPolicy,
  AttestationError,
  type Collateral,
  type CollateralNeed,
  collateralNeeds,
  parseEvidencePackage,
} from '#attestation';
import { answerNeeds } from './answer-needs.js';
import type { CollateralService } from './collateral-service.js';

const PACKAGES_MAX = 512;
/** The service knows by itself what is current; this only spares it the same questions within a run. */
const KEPT_MS = 60_000;

/** Where missing pieces are said. */
export interface CollateralLogger {
  warn(facts: object, message: string): void;
}

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
    private readonly logger: CollateralLogger,
  ) {}

  /** @param key names the package, e.g. by its digest */
  async of(key: string, evidence: Uint8Array): Promise<readonly Collateral[]> {
    const known = this.#known.get(key);
    if (known !== undefined && this.clock() < known.untilMs) return known.collateral;
    const collateral =
      this.service === null
        ? []
        : await answerNeeds(this.service, needsOf(evidence), (missing) =>
            this.logger.warn(missing, 'collateral is missing: appraisals that need it fail'),
          );
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
}

function needsOf(evidence: Uint8Array): readonly CollateralNeed[] {
  try {
    return collateralNeeds(parseEvidencePackage(evidence));
  } catch (error) {
    if (error instanceof AttestationError) return [];
    throw error;
  }
}
