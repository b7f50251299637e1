import { randomBytes, randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  askStatement,
  foundLedger,
  type IntentOutcome,
  type PageLedger,
  type PreparedIntent,
  type SealflowClient,
} from '#client';
import type { Replay } from '#evidence';
import type { IntentBody } from '#ledger';
import { passingCharter } from '../../ledger/passing-charter.js';
import { sealEngines, sealReplay } from '../../replay/seal-replay.js';
import { random } from '../../stack/as-client.js';
import { type KeptRun, keepRun } from './kept-run.js';

const RUN_MS = 300_000;
const SUPPLY_MAX = 1n << 50n;

/** An account of a demo. Its key is made for the demo and forgotten with it. */
export interface DemoAccount {
  readonly id: string;
  readonly seed: Uint8Array;
}

interface LedgerFiles {
  readonly founding: KeptRun;
  /** Bundles of the ledger, and the ciphertexts that its additions can be repeated with. */
  readonly folder: string;
  readonly replay: Replay;
}

/** A ledger of pages that a demo founds for itself, so that every demo starts from the same balances. */
export class DemoLedger {
  readonly #numbers = new Map<string, number>();
  readonly #accounts = new Map<string, DemoAccount>();

  private constructor(
    private readonly client: SealflowClient,
    readonly pages: PageLedger,
    readonly files: LedgerFiles,
    accounts: readonly DemoAccount[],
  ) {
    for (const account of accounts) this.#accounts.set(account.id, account);
  }

  static async found(
    client: SealflowClient,
    openings: Readonly<Record<string, bigint>>,
    { name, bundles }: { readonly name: string; readonly bundles: string },
  ): Promise<DemoLedger> {
    const issuerSeed = random(32);
    const accounts = Object.keys(openings).map((id) => ({ id, seed: random(32) }));
    const ledger = `${name}-${randomBytes(6).toString('hex')}`;
    const charter = passingCharter({
      ...{ ledger, issuerSeed, supplyMax: SUPPLY_MAX },
      accounts: accounts.map((account) => ({ ...account, opening: openings[account.id] ?? 0n })),
    });
    const options = { deadlineMs: RUN_MS, requestId: randomUUID() };
    const founded = await foundLedger(client, charter, issuerSeed, options);
    const folder = join(bundles, ledger);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const replay = sealReplay(sealEngines());
    const founding = await keepRun(client, founded.run.runId, { folder, replay });
    return new DemoLedger(client, founded.ledger, { founding, folder, replay }, accounts);
  }

  get name(): string {
    return this.pages.pin.ledger;
  }

  account(id: string): DemoAccount {
    const found = this.#accounts.get(id);
    if (found === undefined) throw new RangeError(`no account ${id}`);
    return found;
  }

  /** The first of `count` numbers that an owner signs with, which are used by nobody else. */
  take(owner: string, count: number): number {
    const next = this.#numbers.get(owner) ?? 1;
    this.#numbers.set(owner, next + count);
    return next;
  }

  /** An intent about an account, signed by its owner, or by the owner of another account. */
  intent(about: string, body: IntentBody, signedBy = about): Promise<PreparedIntent> {
    const { seed } = this.account(signedBy);
    const signer = { account: about, seed, nonce: this.take(signedBy, 1) };
    return this.pages.intent(signer, body);
  }

  /** Signs, seals and sends one intent in an envelope of its own, and waits for what becomes of it. */
  async send(about: string, body: IntentBody, signedBy = about): Promise<IntentOutcome> {
    const [outcome] = await this.pages.settle([await this.intent(about, body, signedBy)]);
    if (outcome === undefined) throw new RangeError('one intent has one outcome');
    return outcome;
  }

  /** What its owner has, as the key enclave says under the root of a signed receipt. */
  async balance(id: string, asked = id): Promise<bigint> {
    const options = { deadlineMs: RUN_MS, requestId: randomUUID() };
    const { seed } = this.account(asked);
    const { statement } = await askStatement(this.client, this.pages, { account: id, seed }, options);
    return statement.opening.available;
  }

  /** Every batch so far, as a file that verifies, with what its additions can be repeated from. */
  async keepBatches(): Promise<readonly KeptRun[]> {
    const kept: KeptRun[] = [];
    for await (const { run, state } of this.pages.batches()) {
      if (state !== 'LEDGER_BATCH_STATE_APPLIED') continue;
      const runId = run.slice(run.lastIndexOf('/') + 1);
      kept.push(await keepRun(this.client, runId, this.files));
    }
    return kept;
  }
}

/** `applied`, or the reason of the refusal. */
export function told({ memo }: IntentOutcome): string {
  return memo === null ? 'ENVELOPE_POISONED' : (memo.reason ?? memo.status);
}
