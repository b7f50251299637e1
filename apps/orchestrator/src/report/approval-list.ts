import { Injectable } from '@nestjs/common';
import { and, asc, eq, isNull, sql } from 'drizzle-orm';
import type { ListApprovalsRequest__Output, ListApprovalsResponse, WaitingApproval } from '#contracts';
import { Database } from '../database/database.js';
import { runs, tasks } from '../database/schema.js';
import { pageSize } from '../listing/list-query.js';
import { PageTokens } from '../listing/page-tokens.js';
import { PlanStore } from '../plans/plan-store.js';
import { parseTenantName, runName } from '../runs/resource-names.js';
import { runEtag } from '../runs/run-etag.js';
import { type RunRow, RunStore, type TaskRow } from '../runs/run-store.js';
import { timestamp } from '../runs/timestamp.js';

/** Steps that wait for a person, and who may decide them. The decision itself is signed by that person, elsewhere. */
@Injectable()
export class ApprovalList {
  constructor(
    private readonly database: Database,
    private readonly runs: RunStore,
    private readonly plans: PlanStore,
    private readonly tokens: PageTokens,
  ) {}

  async list(request: ListApprovalsRequest__Output): Promise<ListApprovalsResponse> {
    const tenant = parseTenantName(request.parent);
    const question = { method: 'ListApprovals', scope: tenant };
    const size = pageSize(request.pageSize);
    const after = this.tokens.open(question, request.pageToken);
    const began = sql`coalesce(${tasks.startedAt}, ${runs.createdAt})`;
    const rows = await this.database.queries
      .select({ task: tasks, run: runs })
      .from(tasks)
      .innerJoin(runs, eq(runs.runId, tasks.runId))
      .where(
        and(
          eq(tasks.state, 'AWAITING_APPROVAL'),
          eq(runs.tenant, tenant),
          isNull(runs.endedAt),
          after === null
            ? undefined
            : sql`(${began}, ${tasks.runId}, ${tasks.taskId}) > (${new Date(Number(after['ms'])).toISOString()}::timestamptz, ${after['run']}, ${after['step']})`,
        ),
      )
      .orderBy(asc(began), asc(tasks.runId), asc(tasks.taskId))
      .limit(size + 1);
    const page = rows.slice(0, size);
    const last = page.at(-1);
    const all = await this.runs.tasksOf([...new Set(page.map(({ run }) => run.runId))]);
    return {
      approvals: await Promise.all(
        page.map(({ task, run }) => this.#message(task, run, all.get(run.runId) ?? [])),
      ),
      nextPageToken:
        rows.length > size && last !== undefined
          ? this.tokens.seal(question, {
              ms: (last.task.startedAt ?? last.run.createdAt).getTime(),
              run: last.task.runId,
              step: last.task.taskId,
            })
          : '',
    };
  }

  async #message(task: TaskRow, run: RunRow, all: readonly TaskRow[]): Promise<WaitingApproval> {
    const { plan } = await this.plans.get(run.plan);
    const planned = plan.tasks.find(({ id }) => id === task.taskId);
    const listed = planned?.parameters['approvers'];
    return {
      run: runName(run.tenant, run.runId),
      step: task.taskId,
      workflow: plan.definition.name,
      startTime: timestamp(task.startedAt),
      deadline: timestamp(run.deadline),
      etag: runEtag(run, all),
      approvers: Array.isArray(listed) ? listed.filter((key) => typeof key === 'string') : [],
      quorum: planned?.quorum ?? 1,
      reason: task.reason ?? '',
      plan: run.plan,
      definition: plan.definitionDigest,
      attempt: task.attempt,
    };
  }
}
