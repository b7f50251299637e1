import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type PlannedWorkflow, SealflowClient } from '#client';
import { connectServices, type UpdateQuotaResponse__Output, unary } from '#contracts';
import type { Installation } from '../../apps/cli/src/installation/installation.js';
import { type RunningStack, startStack } from '../../apps/cli/src/stack/stack.js';
import { everyTenantRole, tenantKey } from '../../apps/cli/src/stack/tenant-key.js';
import { EmbeddedPostgres } from '../../apps/orchestrator/src/database/embedded-postgres.js';
import { LoadWorker } from './load-worker.js';
import { chainOf } from './noop-run.js';

const TENANT = 'load';
const DEADLINE_MS = 30_000;
const NO_BOUND = 1_000_000;

/** The whole product as `sealflow up` starts it, but that steps of the enclave come to workers that do nothing. */
export interface LoadStack {
  readonly running: RunningStack;
  readonly client: SealflowClient;
  readonly worker: LoadWorker;
  readonly databaseUrl: string;
  readonly orchestratorPid: number;
  readonly postmasterPid: number;
  /** Plans a chain of steps. */
  plan(steps: number): Promise<PlannedWorkflow>;
  stop(): Promise<void>;
}

export async function startLoadStack(installation: Installation, sessions: number): Promise<LoadStack> {
  const running = await startStack(installation, () => undefined);
  const service = (name: string) => running.processes.find(({ spec }) => spec.name === name);
  await service('tee-worker')?.stop();
  const { grpc } = running.address;
  const operator = installation.keys.read('operator') ?? undefined;
  const apiKey = await tenantKey(grpc, operator, TENANT, everyTenantRole);
  await liftQuota(grpc, operator);
  const client = new SealflowClient({
    target: grpc,
    tenant: TENANT,
    apiKey,
    trust: running.trust,
    random: (n) => new Uint8Array(randomBytes(n)),
    now: () => Date.now(),
  });
  const worker = await LoadWorker.connect(running, sessions);
  return {
    running,
    client,
    worker,
    databaseUrl: new EmbeddedPostgres(installation.postgresHome).localUrl(),
    orchestratorPid: service('orchestrator')?.pid ?? 0,
    postmasterPid: postmasterOf(installation),
    plan: (steps) => client.plan({ definition: chainOf(steps) }),
    stop: async () => {
      worker.close();
      client.close();
      await running.stop();
    },
  };
}

/** What protects other tenants is not what is measured. */
async function liftQuota(target: string, operator: string | undefined): Promise<void> {
  const services = connectServices(target, { bearer: operator });
  const quota = { name: `tenants/${TENANT}`, openRunsMax: NO_BOUND, runsPerMinute: NO_BOUND };
  try {
    await unary<UpdateQuotaResponse__Output>(
      (options, callback) => services.tenant.updateQuota(quota, options, callback),
      { deadlineMs: DEADLINE_MS },
    );
  } finally {
    services.close();
  }
}

function postmasterOf({ postgresHome }: Installation): number {
  return Number(readFileSync(join(postgresHome, 'data/postmaster.pid'), 'utf8').split('\n')[0]);
}
