import { Injectable } from '@nestjs/common';
import type {
  BundleSummary,
  ListBundlesRequest,
  ListBundlesResponse,
  ListRunsRequest,
  ListRunsResponse,
  Run,
} from '#contracts';
import { asSystem } from '../auth/call-context.js';
import { BlobStore } from '../blobs/blob-store.js';
import { listRequest, parseListQuery } from '../listing/list-query.js';
import { PageTokens } from '../listing/page-tokens.js';
import { PlanStore } from '../plans/plan-store.js';
import type { ListedRun } from './listed-run.js';
import { parseRunName, parseTenantName, runName } from './resource-names.js';
import { bundleList, runList } from './run-lists.js';
import { runMessage, withAttempts } from './run-messages.js';
import { type RunSnapshot, RunSnapshots } from './run-snapshots.js';
import { noRunOf, type RunRow, RunStore } from './run-store.js';
import type { RunView } from './run-view.js';
import { timestamp } from './timestamp.js';

/** Runs as the API shows them, for gRPC and for HTTP. */
@Injectable()
export class RunReader {
  /** Of a snapshot that several callers got. */
  readonly #messages = new WeakMap<RunSnapshot, Promise<Run>>();

  constructor(
    private readonly runs: RunStore,
    private readonly snapshots: RunSnapshots,
    private readonly plans: PlanStore,
    private readonly blobs: BlobStore,
    private readonly tokens: PageTokens,
  ) {}

  /** A run of another tenant does not exist for the caller. */
  async named(name: string): Promise<RunRow> {
    const { tenant, runId } = parseRunName(name);
    return this.runs.getForTenant(tenant, runId);
  }

  async get(name: string): Promise<Run> {
    const { tenant, runId } = parseRunName(name);
    const snapshot = await this.snapshots.find(runId);
    if (snapshot?.run.tenant !== tenant) throw noRunOf(tenant, runId);
    const message = this.#messages.get(snapshot) ?? this.#message(snapshot);
    this.#messages.set(snapshot, message);
    return message;
  }

  async list(request: ListRunsRequest): Promise<ListRunsResponse> {
    const tenant = parseTenantName(request.parent ?? '');
    const query = parseListQuery(runList, tenant, listRequest(request), this.tokens);
    const { rows, nextPageToken } = query.page(await this.runs.list(tenant, query));
    return { runs: await this.messages(rows), nextPageToken };
  }

  async bundles(request: ListBundlesRequest): Promise<ListBundlesResponse> {
    const tenant = parseTenantName(request.parent ?? '');
    const query = parseListQuery(bundleList, tenant, listRequest(request), this.tokens);
    const { rows, nextPageToken } = query.page(await this.runs.bundles(tenant, query));
    const digests = rows.flatMap(({ bundle }) => (bundle === null ? [] : [bundle]));
    const sizes = await asSystem(() => this.blobs.sizes(digests));
    const bundles = await Promise.all(rows.map((row) => this.#bundle(row, sizes)));
    return { bundles, nextPageToken };
  }

  async message(row: ListedRun): Promise<Run> {
    const [message] = await this.messages([row]);
    if (message === undefined) throw new RangeError(`no message for run ${row.runId}`);
    return withAttempts(message, await this.runs.attempts(row.runId));
  }

  /** Of a run that was inserted just now. */
  async begun({ run, tasks }: RunView): Promise<Run> {
    const { plan } = await this.plans.get(run.plan);
    return withAttempts(runMessage(run, [...tasks.values()], plan), []);
  }

  /** One question to the database for all tasks. */
  async messages(rows: readonly ListedRun[]): Promise<Run[]> {
    const tasks = await this.snapshots.tasksOf(rows.map(({ runId }) => runId));
    return Promise.all(
      rows.map(async (row) => {
        const { plan } = await this.plans.get(row.plan);
        return runMessage(row, tasks.get(row.runId) ?? [], plan);
      }),
    );
  }

  async #message({ run, tasks, attempts }: RunSnapshot): Promise<Run> {
    const { plan } = await this.plans.get(run.plan);
    return withAttempts(runMessage(run, tasks, plan), attempts);
  }

  async #bundle(row: ListedRun, sizes: ReadonlyMap<string, number>): Promise<BundleSummary> {
    const { plan } = await this.plans.get(row.plan);
    const digest = row.bundle ?? '';
    return {
      run: runName(row.tenant, row.runId),
      digest,
      size: String(sizes.get(digest) ?? 0),
      state: row.state,
      reason: row.reason ?? '',
      workflow: plan.definition.name,
      endTime: timestamp(row.endedAt),
    };
  }
}
