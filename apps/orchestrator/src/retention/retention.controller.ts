import { createHash, randomUUID } from 'node:crypto';
import { Controller, Inject } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import {
  ApiError,
  type LegalHold,
  type LiftHoldRequest__Output,
  type LiftHoldResponse,
  type ListHoldsRequest__Output,
  type ListHoldsResponse,
  type ListRetentionRecordsRequest__Output,
  type ListRetentionRecordsResponse,
  type ListRetentionRequest__Output,
  type ListRetentionResponse,
  type PlaceHoldRequest__Output,
  type PlaceHoldResponse,
  type SetRetentionRequest__Output,
  type SetRetentionResponse,
} from '#contracts';
import { asSystem, requirePrincipal } from '../auth/call-context.js';
import { limits } from '../config/limits.js';
import { Database } from '../database/database.js';
import { LogSequencer } from '../log/log-sequencer.js';
import { invalidField, limitExceeded } from '../request-fields.js';
import { transactionOf } from '../requests/checked.js';
import { RequestBook } from '../runs/request-book.js';
import { parseRunName, parseTenantName } from '../runs/resource-names.js';
import { RunStore } from '../runs/run-store.js';
import { CLOCK, type Clock } from '../tokens.js';
import { holdMessage, RetentionReader, ruleMessage } from './retention-reader.js';
import { writeRecord } from './retention-record.js';
import { parseHoldName, parseReason, parseRule } from './retention-request.js';
import { type HoldRow, RetentionStore, type RuleRow } from './retention-store.js';

/**
 * How long a tenant's runs are kept, and what keeps them longer. Rules, holds and their records are written as the
 * orchestrator itself, with the tenant that the guard has found to be the caller's: the log is nobody else's.
 */
@Controller()
export class RetentionController {
  constructor(
    private readonly database: Database,
    private readonly runs: RunStore,
    private readonly requests: RequestBook,
    private readonly reader: RetentionReader,
    private readonly sequencer: LogSequencer,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @GrpcMethod('RetentionService', 'SetRetention')
  async setRetention(request: SetRetentionRequest__Output): Promise<SetRetentionResponse> {
    const tenant = parseTenantName(request.parent);
    const rule = parseRule(tenant, request);
    const reason = parseReason(request.reason);
    if (rule.scope === 'run') await this.runs.getForTenant(tenant, rule.subject);
    const row: RuleRow = {
      ...rule,
      tenant,
      actor: requirePrincipal().subject,
      setAt: new Date(this.clock()),
    };
    const { requestId, remove, validateOnly } = request;
    const content = { ...rule, reason, remove };
    await this.requests.once({ tenant, requestId, validateOnly, method: 'SetRetention', content }, () =>
      asSystem(() => this.#setRule(row, { reason, remove, validateOnly })),
    );
    if (remove) return { rule: null };
    if (validateOnly) return { rule: ruleMessage(row) };
    const kept = await asSystem(() => new RetentionStore(this.database.queries).rules(tenant));
    const now = kept.find(({ scope, subject }) => scope === rule.scope && subject === rule.subject);
    return { rule: now === undefined ? null : ruleMessage(now) };
  }

  async #setRule(
    row: RuleRow,
    { reason, remove, validateOnly }: Pick<SetRetentionRequest__Output, 'reason' | 'remove' | 'validateOnly'>,
  ): Promise<void> {
    const { tenant, actor, setAt: time, scope, subject, payloadDays, evidenceDays } = row;
    await transactionOf(this.database, validateOnly, async (transaction) => {
      const store = new RetentionStore(transaction);
      await store.lock();
      const known = await store.countRules(tenant);
      if (!remove && known >= limits.retentionRulesMax) {
        throw limitExceeded('retentionRulesMax', known + 1, 'remove rules of runs that are deleted');
      }
      if (remove && !(await store.removeRule(tenant, scope, subject))) {
        throw new ApiError('NOT_FOUND', `no retention rule of ${scope} ${subject}`.trimEnd());
      }
      if (!remove) await store.putRule(row);
      await writeRecord(transaction, {
        tenant,
        time,
        actor,
        action: remove ? 'remove-rule' : 'set-rule',
        reason,
        facts: {
          scope,
          subject,
          class: row.class,
          payloadDays: payloadDays ?? 'never',
          evidenceDays: evidenceDays ?? 'never',
        },
      });
    });
    this.sequencer.wake();
  }

  @GrpcMethod('RetentionService', 'ListRetention')
  listRetention(request: ListRetentionRequest__Output): Promise<ListRetentionResponse> {
    return this.reader.rules(request);
  }

  @GrpcMethod('RetentionService', 'PlaceHold')
  async placeHold(request: PlaceHoldRequest__Output): Promise<PlaceHoldResponse> {
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

  @GrpcMethod('RetentionService', 'LiftHold')
  async liftHold(request: LiftHoldRequest__Output): Promise<LiftHoldResponse> {
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

  @GrpcMethod('RetentionService', 'ListHolds')
  listHolds(request: ListHoldsRequest__Output): Promise<ListHoldsResponse> {
    return this.reader.holds(request);
  }

  @GrpcMethod('RetentionService', 'ListRetentionRecords')
  listRecords(request: ListRetentionRecordsRequest__Output): Promise<ListRetentionRecordsResponse> {
    return this.reader.records(request);
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
