/**
 * The plan behind a lease. The orchestrator wrote the lease and is not believed with any of it: what a task may read,
 * write, reveal and to whom is in the plan, which follows from its definition and minimums by rules that this worker
 * applies again. Which plan, the client says in the header of each envelope, and each worker in its statement.
 */
import {
  canonicalBytes,
  type Digest,
  digestOf,
  type Json,
  parseDigest,
  parseJsonStrict,
  toJson,
  utf8,
} from '#canonical';
import type { Lease__Output } from '#contracts';
import { EvidenceError, parseEnvelope, planDigestOf, planPredicateType, statementOf } from '#evidence';
import { type Plan, type PlanTask, parsePlanToWork, WorkflowError } from '#workflow';
import { type TaskBlobs, TaskError } from '../runtime.js';

export interface PlannedTask {
  readonly plan: Plan;
  readonly task: PlanTask;
}

const CACHE_MAX = 64;
const plans = new Map<Digest, Plan>();

/** @throws TaskError `PLAN_MISMATCH` when the lease is not of a task of a plan that follows from its own minimums */
export async function plannedTask(lease: Lease__Output, blobs: TaskBlobs): Promise<PlannedTask> {
  const plan = await planOf(lease, blobs);
  const task = plan.tasks.find(({ id }) => id === lease.taskId);
  if (task === undefined) throw mismatch(`no task ${lease.taskId}`);
  const given: Json = toJson({
    definition: lease.definition,
    operation: lease.operation,
    parameters: parseJsonStrict(utf8(lease.parametersJson)),
    outputs: lease.outputs.map(({ port, edge, consumers, clientReads }) => ({
      port,
      edge,
      consumers: [...consumers].sort(),
      clientReads,
    })),
  });
  const planned: Json = toJson({
    definition: plan.definitionDigest,
    operation: task.operation,
    parameters: task.parameters,
    outputs: task.outputs.map((output) => ({
      port: output.port,
      edge: output.edge,
      consumers: [...new Set(output.consumers.map((id) => operationOf(plan, id)))].sort(),
      clientReads: output.readers.includes('client'),
    })),
  });
  if (digestOf(canonicalBytes(given)) !== digestOf(canonicalBytes(planned))) {
    throw mismatch(`other operation, parameters or outputs than task ${task.id} of the plan has`);
  }
  checkInputs(lease, task);
  return { plan, task };
}

function checkInputs(lease: Lease__Output, task: PlanTask): void {
  for (const input of lease.inputs) {
    const planned = task.inputs.find(({ port }) => port === input.port);
    if (planned?.edge === input.edge && kindOf(planned.alg) === input.kind) continue;
    throw mismatch(`input ${input.port} of task ${task.id} does not come from where the plan says`);
  }
  const given = lease.inputs.map(({ port }) => port);
  if (new Set(given).size !== given.length) throw mismatch(`one input of task ${task.id} twice`);
  const missing = task.inputs.find(({ port, optional }) => !optional && !given.includes(port));
  if (missing !== undefined) throw mismatch(`task ${task.id} without its input ${missing.port}`);
}

/** A disclosable value travels in the clear and a ciphertext by its digest; everything else is sealed. */
function kindOf(alg: string): string {
  if (alg === 'public') return 'public';
  return alg === 'digest' ? 'blob' : 'sealed';
}

function operationOf(plan: Plan, id: string): string {
  return plan.tasks.find((task) => task.id === id)?.operation ?? '';
}

/** Made again once a plan: it is a pure function, so what was true of a digest stays true. */
async function planOf(lease: Lease__Output, blobs: TaskBlobs): Promise<Plan> {
  const digest = parseDigest(lease.plan);
  const known = plans.get(digest);
  if (known !== undefined) return known;
  const bytes = await blobs.get(parseDigest(lease.signedPlan));
  const plan = readPlan(bytes, digest);
  if (plans.size >= CACHE_MAX) plans.clear();
  plans.set(digest, plan);
  return plan;
}

function readPlan(bytes: Uint8Array, digest: Digest): Plan {
  try {
    const { predicate } = statementOf(parseEnvelope(bytes), planPredicateType);
    if (planDigestOf(predicate) !== digest) throw mismatch(`another plan than ${digest}`);
    return parsePlanToWork(predicate);
  } catch (error) {
    if (error instanceof WorkflowError || error instanceof EvidenceError) {
      throw mismatch(`a plan that does not follow from its own definition and minimums (${error.code})`);
    }
    throw error;
  }
}

function mismatch(got: string): TaskError {
  return new TaskError('PLAN_MISMATCH', `the lease names ${got}`);
}
