import { type BlobMediaType, blobMediaTypes } from '../bundle/media-types.js';
import type { PlanView } from '../statements/plan-view.js';
import type { StepPredicate } from '../statements/step.js';

/** For whom a bundle is redacted, from those who may see least to those who see all. */
export const profileNames = ['public', 'customer', 'auditor', 'regulator', 'internal'] as const;
export type ProfileName = (typeof profileNames)[number];

/** What a profile withholds. The plan and the policy stay in each: all that is checked rests on them. */
export interface Profile {
  /** Statements of persons, and of tasks whose facts the plan branches on. */
  readonly decisions: boolean;
  /** Blobs by their type. */
  readonly blobs: readonly BlobMediaType[];
}

const none: Profile = { decisions: false, blobs: [] };

/** `docs/evidence-format.md` has the reasons. */
export const profiles: Readonly<Record<ProfileName, Profile>> = {
  // A quote names the chip that made it, a GPU report the device; decisions are about a person.
  public: {
    decisions: true,
    blobs: [blobMediaTypes.evidencePackage, blobMediaTypes.collateral, blobMediaTypes.ciphertext],
  },
  // Pages of a ledger hold what others did, sealed or not.
  customer: { decisions: false, blobs: [blobMediaTypes.ciphertext] },
  auditor: none,
  regulator: none,
  internal: none,
};

/** Whether a step says how somebody decided. Without a plan any step may. */
export function isDecision(step: StepPredicate, plan: PlanView | null): boolean {
  if (step.kind === 'human' || plan === null) return true;
  return plan.tasks.some(({ id, facts }) => id === step.stepId && facts.size > 0);
}
