import { type BlobMediaType, blobMediaTypes } from '../bundle/media-types.js';
import type { PlanView } from '../statements/plan-view.js';
import type { StepPredicate } from '../statements/step.js';

/** For whom a bundle is redacted, from those who may see least to those who see all. */
export const profileNames = ['public', 'customer', 'auditor', 'regulator', 'internal'] as const;
export type ProfileName = (typeof profileNames)[number];

/**
 * What a profile withholds. Each withholds what the next one does, and more. The plan and the policy stay in each: all
 * that is checked rests on them.
 */
export interface Profile {
  /** Statements of persons, and of tasks whose facts the plan branches on. */
  readonly decisions: boolean;
  /** Blobs by their type. */
  readonly blobs: readonly BlobMediaType[];
  /** Members of the root, by their path; with all below it. */
  readonly root: readonly string[];
  readonly steps: readonly string[];
  /** Members of the steps of persons. */
  readonly persons: readonly string[];
}

/** How much a site can do, and how much it was used, is its own business. */
const regulator: Profile = { decisions: false, blobs: [], root: [], steps: ['metrics'], persons: [] };

/** Who decided is a person; an auditor sees role and key. */
const auditor: Profile = { ...regulator, persons: ['executor.id', 'evidence.reviewer'] };

/** Machines, routes and other runs are the operator's; pages of a ledger hold what others did, sealed or not. */
const customer: Profile = {
  decisions: false,
  blobs: [blobMediaTypes.ciphertext],
  root: ['routing', 'previousRun'],
  steps: [...auditor.steps, ...auditor.persons],
  persons: [],
};

/** `docs/evidence-format.md` has the reasons. */
export const profiles: Readonly<Record<ProfileName, Profile>> = {
  // A quote names the chip that made it, a GPU report the device; decisions are about a person.
  public: {
    decisions: true,
    blobs: [...customer.blobs, blobMediaTypes.evidencePackage, blobMediaTypes.collateral],
    root: [...customer.root, 'tenant', 'models', 'reason'],
    steps: [...customer.steps, 'evidence.decision', 'public'],
    persons: [],
  },
  customer,
  auditor,
  regulator,
  internal: { ...regulator, steps: [] },
};

/** Whether a step says how somebody decided. Without a plan any step may. */
export function isDecision(step: StepPredicate, plan: PlanView | null): boolean {
  if (step.kind === 'human' || plan === null) return true;
  return plan.tasks.some(({ id, facts }) => id === step.stepId && facts.size > 0);
}
