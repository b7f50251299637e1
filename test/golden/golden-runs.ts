import { randomBytes, randomUUID } from 'node:crypto';
import { type PlannedWorkflow, type RunHandle, SealflowClient, signCharter } from '#client';
import { type Application, inputsOf, makeApplications } from '../../apps/cli/src/demo/application.js';
import { approveAs, planBuiltin, prepareRun } from '../../apps/cli/src/demo/credit-run.js';
import { makeParties, openingAccounts, type Parties } from '../../apps/cli/src/demo/parties.js';
import { circuitManifestDigest } from '../../apps/cli/src/installation/installation.js';
import type { RunningStack } from '../../apps/cli/src/stack/stack.js';
import { everyTenantRole, tenantKey } from '../../apps/cli/src/stack/tenant-key.js';

const RUN_DEADLINE_MS = 600_000;

export type Bundles = Map<string, Uint8Array>;

/** How a bundle is taken from a run that ended: at once, or when it is complete. */
export type Take = (name: string, run: RunHandle) => Promise<Uint8Array>;

/** Runs of every end on one stack. */
export class GoldenRuns {
  readonly bundles: Bundles = new Map();

  private constructor(
    private readonly stack: RunningStack,
    private readonly client: SealflowClient,
    private readonly parties: Parties,
    private readonly credit: PlannedWorkflow,
    private readonly applications: readonly Application[],
    private readonly take: Take,
  ) {}

  /** Opens a ledger: the first run. */
  static async open(stack: RunningStack, take: Take): Promise<GoldenRuns> {
    const client = new SealflowClient({
      target: stack.address.grpc,
      tenant: 'golden',
      apiKey: await tenantKey(
        stack.address.grpc,
        stack.installation.keys.read('operator') ?? undefined,
        'golden',
        everyTenantRole,
      ),
      trust: stack.trust,
      random: (count) => new Uint8Array(randomBytes(count)),
      now: () => Date.now(),
    });
    const parties = makeParties();
    const { ledger } = parties;
    const opening = await planBuiltin(client, 'ledger-open', { open: { ledger } });
    const charter = signCharter({ ledger, accounts: openingAccounts(parties) }, parties.bankSeed);
    const opened = await client.create(await prepareRun(client, opening, { charter }));
    await opened.wait();
    const approvers = [...stack.trust.approvers];
    const credit = await planBuiltin(client, 'credit', {
      review: { approvers },
      reserve: { ledger, manifest: circuitManifestDigest(), approvers },
      settle: { ledger },
    });
    const applications = makeApplications(parties, Date.now());
    const runs = new GoldenRuns(stack, client, parties, credit, applications, take);
    runs.bundles.set('ledger-opened', await take('ledger-opened', opened));
    return runs;
  }

  close(): void {
    this.client.close();
  }

  /**
   * One of the demo's applications, as it comes out by itself.
   *
   * @param previousRun id of the run that this one repeats
   * @returns the id of the run
   */
  async apply(name: string, application: Application['name'], previousRun?: string): Promise<string> {
    const prepared = await this.#prepare(application, this.applications, previousRun);
    const run = await this.client.create(prepared);
    await run.wait();
    await this.#keep(name, run);
    return prepared.runId;
  }

  /** The application that waits for a person, who decides. */
  async review(name: string, decision: 'approve' | 'decline'): Promise<void> {
    const prepared = await this.#prepare('reviewed', makeApplications(this.parties, Date.now()));
    const reviewer = { name: 'reviewer-1', seed: this.stack.installation.approverSeed() };
    const decide = approveAs(this.client, prepared, reviewer, decision);
    await this.#waiting(name, await this.client.create(prepared), decide);
  }

  /** Waits for a person, and is cancelled meanwhile. */
  async cancel(name: string): Promise<void> {
    const prepared = await this.#prepare('reviewed', makeApplications(this.parties, Date.now()));
    await this.#waiting(name, await this.client.create(prepared), (run) =>
      run.cancel('the applicant withdrew'),
    );
  }

  async #waiting(
    name: string,
    run: RunHandle,
    act: (run: RunHandle, step: Parameters<ReturnType<typeof approveAs>>[1]) => Promise<void>,
  ): Promise<void> {
    const acts: Promise<void>[] = [];
    await run.wait(({ step }) => {
      if (step?.state === 'STEP_STATE_AWAITING_APPROVAL') acts.push(act(run, step));
    });
    await Promise.all(acts);
    await this.#keep(name, run);
  }

  async #keep(name: string, run: RunHandle): Promise<void> {
    this.bundles.set(name, await this.take(name, run));
  }

  #prepare(name: Application['name'], applications = this.applications, previousRun?: string) {
    const application = applications.find((candidate) => candidate.name === name);
    if (application === undefined) throw new RangeError(`no application ${name}`);
    return this.client.prepare(this.credit, inputsOf(application), {
      deadlineMs: RUN_DEADLINE_MS,
      requestId: randomUUID(),
      ...(previousRun === undefined ? {} : { previousRun }),
    });
  }
}
