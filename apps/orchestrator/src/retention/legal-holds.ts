import { createHash, randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import {
  ApiError,
  type LegalHold,
  type LiftHoldRequest__Output,
  type LiftHoldResponse,
  type PlaceHoldRequest__Output,
  type PlaceHoldResponse,
} from '#contracts';
import { asSystem, requirePrincipal } from '../auth/call-context.js';
import { Database } from '../database/database.js';
import { LogSequencer } from '../log/log-sequencer.js';
import { invalidField } from '../request-fields.js';
import { transactionOf } from '../requests/checked.js';
import { RequestBook } from '../runs/request-book.js';
import { parseRunName, parseTenantName } from '../runs/resource-names.js';
import { RunStore } from '../runs/run-store.js';
import { CLOCK, type Clock } from '../tokens.js';
import { holdMessage } from './retention-reader.js';
import { writeRecord } from './retention-record.js';
import { parseHoldName, parseReason } from './retention-request.js';
import { type HoldRow, RetentionStore } from './retention-store.js';

/** What keeps runs whatever the rules say, for both sides of the API. Each change leaves a record under a leaf of the log. */
@Injectable()
export class LegalHolds {
  constructor(
    private readonly database: Database,
    private readonly runs: RunStore,
    private readonly requests: RequestBook,
    private readonly sequencer: LogSequencer,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async place(request: PlaceHoldRequest__Output): Promise<PlaceHoldResponse> {
    const tenant = parseTenantName(request.parent);
    const reason = parseReason(request.reason);
    const heldRun = request.run === '' ? null : runOf(tenant, request.run);
    if (heldRun !== null) await this.runs.getForTenant(tenant, heldRun);
    const { requestId, validateOnly } = request;
    const content = { run: request.run, reason };
    const actor = requirePrincipal().subject;
    const id = holdId(tenant, requestId === '' ? randomUUID() : requestId);
    await this.requests.once({ tenant, requestId, validateOnly, method: 'PlaceHold', content }, () =>
      asSystem(() => this.#place({ id, tenant, heldRun, reason, actor }, validateOnly)),
    );
    if (validateOnly) return { hold: null };
    return { hold: await this.#hold(tenant, id) };
  }

  async #place(
    hold: Pick<HoldRow, 'id' | 'tenant' | 'heldRun' | 'reason' | 'actor'>,
    validateOnly: boolean,
  ): Promise<void> {
    const time = new Date(this.clock());
    await transactionOf(this.database, validateOnly, async (transaction) => {
      const store = new RetentionStore(transaction);
      // Waits for a batch that is being deleted; after it nothing more is.
      await store.lock();
      if (!(await store.addHold({ ...hold, placedAt: time }))) return;
      const { tenant, actor, reason, id, heldRun } = hold;
      const facts = { hold: id, run: heldRun ?? '' };
      await writeRecord(transaction, { tenant, time, actor, action: 'place-hold', reason, facts });
    });
    this.sequencer.wake();
  }

  async lift(request: LiftHoldRequest__Output): Promise<LiftHoldResponse> {
    const { tenant, hold: id } = parseHoldName(request.name);
    const reason = parseReason(request.reason);
    const actor = requirePrincipal().subject;
    const { name, requestId, validateOnly } = request;
    const asked = { tenant, requestId, validateOnly, method: 'LiftHold', content: { name, reason } };
    await this.requests.once(asked, () =>
      asSystem(() => this.#lift({ tenant, id, reason, actor }, validateOnly)),
    );
    return { hold: await this.#hold(tenant, id) };
  }

  async #lift(
    { tenant, id, reason, actor }: Pick<HoldRow, 'id' | 'tenant' | 'reason' | 'actor'>,
    validateOnly: boolean,
  ): Promise<void> {
    const time = new Date(this.clock());
    await transactionOf(this.database, validateOnly, async (transaction) => {
      const store = new RetentionStore(transaction);
      const lift = { liftedAt: time, liftReason: reason, liftActor: actor };
      if (!(await store.liftHold(tenant, id, lift))) return;
      const facts = { hold: id };
      await writeRecord(transaction, { tenant, time, actor, action: 'lift-hold', reason, facts });
    });
    this.sequencer.wake();
  }

  async #hold(tenant: string, id: string): Promise<LegalHold> {
    const row = await asSystem(() => new RetentionStore(this.database.queries).hold(tenant, id));
    if (row === undefined) throw new ApiError('NOT_FOUND', `no hold ${id} of tenant ${tenant}`);
    return holdMessage(row);
  }
}

/** A request that is repeated places the same hold. */
function holdId(tenant: string, requestId: string): string {
  return createHash('sha256').update(`${tenant}\n${requestId}`).digest('hex').slice(0, 16);
}

function runOf(tenant: string, name: string): string {
  const named = parseRunName(name);
  if (named.tenant !== tenant) throw invalidField('run', `a run of tenants/${tenant}`);
  return named.runId;
}
