import { type SealflowClient, signCharter } from '#client';
import {
  type Application,
  type ApplicationName,
  inputsOf,
  makeApplications,
} from '../../apps/cli/src/demo/application.js';
import { planBuiltin, prepareRun } from '../../apps/cli/src/demo/credit-run.js';
import type { DemoPlans } from '../../apps/cli/src/demo/demo-plans.js';
import { makeParties, openingAccounts, type Parties } from '../../apps/cli/src/demo/parties.js';
import { circuitManifestDigest } from '../../apps/cli/src/installation/installation.js';
import { type CollectedTraces, collectTraces } from '../support/collected-traces.js';
import { startTestStack, type TestStack } from '../support/test-stack.js';
import { WatchedRun } from '../support/watched-run.js';

/** One stack with an open ledger and four applications under way, for every story of this suite. */
export interface Suite {
  readonly stack: TestStack;
  readonly client: SealflowClient;
  readonly parties: Parties;
  readonly plans: DemoPlans;
  readonly charter: ReturnType<typeof signCharter>;
  readonly applications: readonly Application[];
  readonly runs: ReadonlyMap<ApplicationName, WatchedRun>;
  /** Everything that was said to callers in errors and on terminals: the canary search reads it too. */
  readonly said: string[];
  /** What a collector gets from all processes, the client of these tests among them. */
  readonly traces: CollectedTraces;
}

let current: Suite | undefined;
let stack: TestStack | undefined;
let traces: CollectedTraces | undefined;

/** `SEALFLOW_TEST_REPLICAS=2`: the same stories at two orchestrators, with the workers of a run at both. */
export function replicaCount(): number {
  const text = process.env['SEALFLOW_TEST_REPLICAS'] ?? '1';
  if (text !== '1' && text !== '2') throw new RangeError('SEALFLOW_TEST_REPLICAS: expected 1 or 2');
  return Number(text);
}

/** Long tables, stories of many command lines, and what takes two replicas, are told by test:replicas alone. */
export const isWhole = replicaCount() === 2;

export async function startSuite(): Promise<void> {
  traces = await collectTraces();
  stack = await startTestStack(
    replicaCount() === 2 ? { second: { pinned: ['zk-prover', 'fhe-service'] } } : {},
  );
  const client = stack.client();
  const parties = makeParties();
  const plans = await makePlans(client, parties, stack.trust.approvers);
  const charter = signCharter(
    { ledger: parties.ledger, accounts: openingAccounts(parties) },
    parties.bankSeed,
  );
  const opening = await WatchedRun.create(client, await prepareRun(client, plans.ledgerOpen, { charter }));
  const { state, reason } = await opening.ended;
  if (state !== 'RUN_STATE_SUCCEEDED') throw new Error(`the ledger did not open: ${state} ${reason}`);
  const applications = makeApplications(parties, Date.now());
  const runs = new Map<ApplicationName, WatchedRun>();
  for (const entry of applications) {
    const prepared = await prepareRun(client, plans.credit, inputsOf(entry));
    runs.set(entry.name, await WatchedRun.create(client, prepared));
  }
  current = { stack, client, parties, plans, charter, applications, runs, said: [], traces };
}

async function makePlans(
  client: SealflowClient,
  { ledger }: Parties,
  trusted: readonly string[],
): Promise<DemoPlans> {
  const approvers = [...trusted];
  return {
    ledgerOpen: await planBuiltin(client, 'ledger-open', { open: { ledger } }),
    credit: await planBuiltin(client, 'credit', {
      review: { approvers },
      reserve: { ledger, approvers, manifest: circuitManifestDigest() },
      settle: { ledger },
    }),
  };
}

export async function stopSuite(): Promise<void> {
  current = undefined;
  await stack?.stop();
  await traces?.close();
}

/** The running suite; stories are told after `startSuite`. */
export function suite(): Suite {
  if (current === undefined) throw new Error('the stack of this suite does not run');
  return current;
}

export function applicationOf(name: ApplicationName): Application {
  const found = suite().applications.find((candidate) => candidate.name === name);
  if (found === undefined) throw new RangeError(`no application ${name}`);
  return found;
}

export function runOf(name: ApplicationName): WatchedRun {
  const found = suite().runs.get(name);
  if (found === undefined) throw new RangeError(`no run ${name}`);
  return found;
}

/** Every application has come to its end, but for the one that waits for a person. */
export async function settled(): Promise<void> {
  await runOf('reviewed').reached('review', 'AWAITING_APPROVAL');
  await Promise.all((['approved', 'declined', 'overdrawn'] as const).map((name) => runOf(name).ended));
}
