import { randomBytes, randomUUID } from 'node:crypto';
import { canonicalize, ed25519PublicKey, toJson } from '#canonical';
import {
  type PlannedWorkflow,
  type PreparedRun,
  type SealflowClient,
  signCharter,
  signIntent,
} from '#client';
import { type DemoName, demoCase } from '#samples';
import { builtinText } from '#workflow';
import type { TestStack } from './test-stack.js';
import { WatchedRun } from './watched-run.js';

const POOL = 'pool';
const BORROWER = 'borrower';
/** What the golden applicant asks for; the proven limit is 600 000 cents. */
export const REQUESTED_CENTS = 209_600n;
const RUN_DEADLINE_MS = 300_000;

export interface Entry {
  readonly version: number;
  readonly operation: string;
  readonly run_id: string;
}

export interface ApplicationOptions {
  readonly requestedCents?: bigint;
  /** 16 bytes; new ones unless said. */
  readonly intentId?: Uint8Array;
  readonly deadlineMs?: number;
  /** Who applies; the golden applicant, who is approved, unless said. */
  readonly applicant?: DemoName;
}

/** What a story needs of a stack. */
export type StoryStack = Pick<TestStack, 'client' | 'trust' | 'query'>;

/** A bank with a ledger of its own and an applicant who is approved: the run that the fault tests break. */
export class CreditStory {
  private constructor(
    readonly stack: StoryStack,
    readonly client: SealflowClient,
    readonly ledger: string,
    readonly plan: PlannedWorkflow,
    private readonly borrowerSeed: Uint8Array,
    /** What the pool was opened with. */
    readonly openingCents: bigint,
    /** Texts that belong to its owners alone, see `canariesOf`. */
    private readonly kept: readonly string[],
  ) {}

  /**
   * Opens a ledger whose pool holds `loans` times what one application asks for.
   *
   * @param definition of the credit workflow; the product's own unless said
   * @param restCents what the pool holds beyond that
   */
  static async open(
    stack: StoryStack,
    loans: number,
    definition: string = builtinText('credit'),
    restCents = 0n,
  ): Promise<CreditStory> {
    const client = stack.client();
    const ledger = `faults-${randomBytes(6).toString('hex')}`;
    const bankSeed = new Uint8Array(randomBytes(32));
    const borrowerSeed = new Uint8Array(randomBytes(32));
    const openingCents = REQUESTED_CENTS * BigInt(loans) + restCents;
    const charter = signCharter(
      {
        ledger,
        accounts: [
          { id: POOL, owner: ed25519PublicKey(bankSeed), openingCents },
          { id: BORROWER, owner: ed25519PublicKey(borrowerSeed), openingCents: 0n },
        ],
      },
      bankSeed,
    );
    const opening = await client.plan({
      definition: builtinText('ledger-open'),
      parameters: { open: { ledger } },
    });
    const options = { deadlineMs: RUN_DEADLINE_MS, requestId: randomUUID() };
    const opened = await WatchedRun.create(client, await client.prepare(opening, { charter }, options));
    const { state, reason } = await opened.ended;
    if (state !== 'RUN_STATE_SUCCEEDED') throw new Error(`the ledger did not open: ${state} ${reason}`);
    const approvers = [...stack.trust.approvers];
    const plan = await client.plan({
      definition,
      parameters: { review: { approvers }, reserve: { ledger, approvers }, settle: { ledger } },
    });
    const kept = [
      canonicalize(charter).slice(1, 100),
      Buffer.from(bankSeed).toString('base64'),
      Buffer.from(borrowerSeed).toString('base64'),
    ];
    return new CreditStory(stack, client, ledger, plan, borrowerSeed, openingCents, kept);
  }

  /** The same bank on a stack that was restored from this one. */
  at(stack: StoryStack): CreditStory {
    const { ledger, plan, borrowerSeed, openingCents, kept } = this;
    return new CreditStory(stack, stack.client(), ledger, plan, borrowerSeed, openingCents, kept);
  }

  /** Seals the application of the golden applicant, who is approved. */
  async prepare(options: ApplicationOptions = {}): Promise<PreparedRun> {
    const { applicant, statement } = demoCase(options.applicant ?? 'approve');
    const intent = signIntent(
      {
        ledger: this.ledger,
        intentId: options.intentId ?? new Uint8Array(randomBytes(16)),
        from: POOL,
        to: BORROWER,
        amountCents: options.requestedCents ?? REQUESTED_CENTS,
        notAfterMs: Date.now() + 3_600_000,
      },
      this.borrowerSeed,
    );
    const values = { application: toJson(applicant), statement, intent };
    return this.client.prepare(this.plan, values, {
      deadlineMs: options.deadlineMs ?? RUN_DEADLINE_MS,
      requestId: randomUUID(),
    });
  }

  create(prepared: PreparedRun): Promise<WatchedRun> {
    return WatchedRun.create(this.client, prepared);
  }

  async apply(options: ApplicationOptions = {}): Promise<WatchedRun> {
    return this.create(await this.prepare(options));
  }

  /** Texts of what went into a run sealed, and secrets of its owners: found nowhere but at these. */
  canariesOf(runs: readonly PreparedRun[]): string[] {
    const { applicant, statement } = demoCase('approve');
    const lines = statement.split('\n').filter((line) => line.length > 30);
    return [
      ...this.kept,
      lines[0] ?? '',
      lines[Math.floor(lines.length / 2)] ?? '',
      canonicalize(toJson(applicant)).slice(1, 60),
      ...runs.map(({ identity }) => Buffer.from(identity.runSecret).toString('base64')),
    ];
  }

  /** Every change of the ledger, from its opening on. */
  entries(): Promise<Entry[]> {
    return this.stack.query<Entry>(
      'select version, operation, run_id from sealflow.ledger_entries where ledger = $1 order by version',
      [this.ledger],
    );
  }

  /** Changes that one run made, in order. */
  async operationsOf(run: WatchedRun): Promise<string[]> {
    return (await this.entries())
      .filter(({ run_id }) => run_id === run.runId)
      .map(({ operation }) => operation);
  }

  async head(): Promise<{ version: number; claimed_by: string | null }> {
    const [row] = await this.stack.query<{ version: number; claimed_by: string | null }>(
      'select version, claimed_by from sealflow.ledgers where ledger = $1',
      [this.ledger],
    );
    if (row === undefined) throw new Error(`no ledger ${this.ledger}`);
    return row;
  }
}
