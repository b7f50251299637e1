import type { PlannedWorkflow } from '#client';
import type { SampleClaim } from '#samples';
import type { Report } from '../../output/report.js';
import type { RunningStack } from '../../stack/stack.js';
import { liveProgress } from '../../submit/live-progress.js';
import { type FinishedRun, followRun, prepareRun } from '../credit-run.js';
import { type ClaimParties, inputsOf, type Orders, requestOf } from './claim-parties.js';

/** A claim that was filed, with the orders that it was filed with. */
export interface FiledClaim {
  readonly claim: SampleClaim;
  /** Whether the insurer finds its own tables and this claim in what was proved. */
  readonly recognised: boolean;
  readonly orders: Orders;
  readonly run: FinishedRun;
  /** What the hospital opened of it; nothing where the run failed before. */
  readonly outcome: Outcome | null;
}

export interface Outcome {
  readonly insurerCents: bigint;
  readonly patientCents: bigint;
  readonly appliedCents: bigint;
}

/** What attackers find: a claim that was just paid. */
export interface ClaimScene {
  readonly stack: RunningStack;
  readonly parties: ClaimParties;
  readonly planned: PlannedWorkflow;
  readonly paid: FiledClaim;
}

/** Asks the insurer for its orders, unless they are at hand, and files the claim with them. */
export async function fileClaim(
  stack: RunningStack,
  { hospital, insurer, members }: Pick<ClaimParties, 'hospital' | 'insurer' | 'members'>,
  planned: PlannedWorkflow,
  claim: SampleClaim,
  options: { readonly orders?: Orders; readonly report?: Report } = {},
): Promise<FiledClaim> {
  const orders = options.orders ?? (await insurer.orders(requestOf(claim)));
  const prepared = await prepareRun(hospital.client, planned, inputsOf(claim, members, orders));
  const run = await followRun(hospital.client, prepared, {
    bundles: stack.installation.bundles,
    ...(options.report === undefined ? {} : { onStep: liveProgress(options.report) }),
    open: ['outcome'],
  });
  const recognised = insurer.recognises(run.facts['adjudicate'], requestOf(claim));
  return { claim, orders, run, recognised, outcome: outcomeOf(run) };
}

function outcomeOf({ outputs }: FinishedRun): Outcome | null {
  const value = outputs['outcome']?.value;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const cents = value as Readonly<Record<string, unknown>>;
  const read = (name: keyof Outcome): bigint => BigInt(String(cents[name]));
  return {
    insurerCents: read('insurerCents'),
    patientCents: read('patientCents'),
    appliedCents: read('appliedCents'),
  };
}
