import { Inject, Injectable } from '@nestjs/common';
import { ApiError, type SetRetentionRequest__Output, type SetRetentionResponse } from '#contracts';
import { asSystem, requirePrincipal } from '../auth/call-context.js';
import { limits } from '../config/limits.js';
import { Database } from '../database/database.js';
import { LogSequencer } from '../log/log-sequencer.js';
import { limitExceeded } from '../request-fields.js';
import { transactionOf } from '../requests/checked.js';
import { RequestBook } from '../runs/request-book.js';
import { parseTenantName } from '../runs/resource-names.js';
import { RunStore } from '../runs/run-store.js';
import { CLOCK, type Clock } from '../tokens.js';
import { ruleMessage } from './retention-reader.js';
import { writeRecord } from './retention-record.js';
import { parseReason, parseRule } from './retention-request.js';
import { RetentionStore, type RuleRow } from './retention-store.js';

/**
 * How long a tenant's runs are kept, for both sides of the API. Rules and their records are written as the orchestrator
 * itself, with the tenant that the guard has found to be the caller's: the log is nobody else's.
 */
@Injectable()
export class RetentionRules {
  constructor(
    private readonly database: Database,
    private readonly runs: RunStore,
    private readonly requests: RequestBook,
    private readonly sequencer: LogSequencer,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async set(request: SetRetentionRequest__Output): Promise<SetRetentionResponse> {
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
}
