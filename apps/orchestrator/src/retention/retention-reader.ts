import { Injectable } from '@nestjs/common';
import type {
  LegalHold,
  ListHoldsRequest,
  ListHoldsResponse,
  ListRetentionRecordsRequest,
  ListRetentionRecordsResponse,
  ListRetentionRequest,
  ListRetentionResponse,
  RetentionRule,
} from '#contracts';
import { Database } from '../database/database.js';
import { pageSize } from '../listing/list-query.js';
import { PageTokens } from '../listing/page-tokens.js';
import { parseTenantName, runName } from '../runs/resource-names.js';
import { timestamp } from '../runs/timestamp.js';
import { recordBytes } from './retention-record.js';
import { type HoldRow, RetentionStore, type RuleRow } from './retention-store.js';

/** Rules, holds and what was done about them, as both sides of the API show them. */
@Injectable()
export class RetentionReader {
  constructor(
    private readonly database: Database,
    private readonly tokens: PageTokens,
  ) {}

  async rules(request: ListRetentionRequest): Promise<ListRetentionResponse> {
    const rules = await new RetentionStore(this.database.queries).rules(
      parseTenantName(request.parent ?? ''),
    );
    return { rules: rules.map(ruleMessage) };
  }

  async holds(request: ListHoldsRequest): Promise<ListHoldsResponse> {
    const tenant = parseTenantName(request.parent ?? '');
    const holds = await new RetentionStore(this.database.queries).holds(tenant, request.all ?? false);
    return { holds: holds.map(holdMessage) };
  }

  async records(request: ListRetentionRecordsRequest): Promise<ListRetentionRecordsResponse> {
    const tenant = parseTenantName(request.parent ?? '');
    const question = { method: 'ListRetentionRecords', scope: tenant };
    const size = pageSize(request.pageSize ?? 0);
    const before = this.tokens.open(question, request.pageToken ?? '')?.['id'];
    const store = new RetentionStore(this.database.queries);
    const read = await store.records(tenant, typeof before === 'number' ? before : null, size + 1);
    const records = read.slice(0, size);
    const last = records.at(-1);
    return {
      records: records.map((record) => ({
        time: timestamp(record.time),
        actor: record.actor,
        action: record.action,
        reason: record.reason,
        record: Buffer.from(recordBytes(record)),
        ...(record.leafIndex === null ? {} : { leafIndex: String(record.leafIndex) }),
      })),
      nextPageToken:
        read.length > size && last !== undefined ? this.tokens.seal(question, { id: last.id }) : '',
    };
  }
}

export function ruleMessage(rule: RuleRow): RetentionRule {
  return {
    class: rule.class,
    workflow: rule.scope === 'workflow' ? rule.subject : '',
    run: rule.scope === 'run' ? runName(rule.tenant, rule.subject) : '',
    ...(rule.payloadDays === null ? {} : { payloadDays: rule.payloadDays }),
    ...(rule.evidenceDays === null ? {} : { evidenceDays: rule.evidenceDays }),
    setTime: timestamp(rule.setAt),
    actor: rule.actor,
  };
}

export function holdMessage(hold: HoldRow): LegalHold {
  return {
    name: `tenants/${hold.tenant}/holds/${hold.id}`,
    run: hold.heldRun === null ? '' : runName(hold.tenant, hold.heldRun),
    reason: hold.reason,
    actor: hold.actor,
    placeTime: timestamp(hold.placedAt),
    liftTime: hold.liftedAt === null ? null : timestamp(hold.liftedAt),
    liftReason: hold.liftReason ?? '',
    liftActor: hold.liftActor ?? '',
  };
}
