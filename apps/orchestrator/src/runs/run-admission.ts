import { Inject, Injectable } from '@nestjs/common';
import { parseAppraisalPolicy, parseBinding, parseEvidencePackage } from '#attestation';
import { type Digest, parseJsonStrict, toBase64 } from '#canonical';
import { ApiError } from '#contracts';
import { rootDigest } from '#evidence';
import { type EnvelopeHeader, type ParsedEnvelope, parseEnvelope, SealingError, sealKeyId } from '#sealing';
import { checkRunnable, expandInputs, type Plan } from '#workflow';
import { BlobStore } from '../blobs/blob-store.js';
import { limits } from '../config/limits.js';
import { PlanStore } from '../plans/plan-store.js';
import { workflowErrors } from '../plans/workflow-errors.js';
import { CLOCK, type Clock } from '../tokens.js';
import { WorkflowReader } from '../workflows/workflow-reader.js';
import { revisionName } from './resource-names.js';
import type { RunRequest } from './run-request.js';
import { type RunRow, RunStore } from './run-store.js';

/** The parts of a request that envelopes are bound to. */
export type SealedFor = Pick<
  RunRequest,
  'tenant' | 'runId' | 'plan' | 'policy' | 'clientSealKey' | 'clientSignKey' | 'inputs' | 'offers'
>;

type Blobs = Pick<BlobStore, 'find' | 'get'>;

/**
 * Decides whether a run may start. Everything it can know without a key is checked before anything is written: the
 * workers check the same again with their keys, but an error here reaches the client at once and by name.
 */
@Injectable()
export class RunAdmission {
  constructor(
    private readonly runs: RunStore,
    private readonly plans: PlanStore,
    private readonly blobs: BlobStore,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly workflows: WorkflowReader,
  ) {}

  /** The run of an earlier, equal request; raises REQUEST_ID_REUSED when it was about something else. */
  async earlier(request: RunRequest): Promise<RunRow | undefined> {
    const row = await this.runs.findByRequest(request.tenant, request.requestId);
    if (row !== undefined && row.contentDigest !== request.contentDigest) {
      throw new ApiError(
        'REQUEST_ID_REUSED',
        `request_id ${request.requestId}: expected the content of run ${row.runId}, which it named before, got other content: take a new one`,
        { facts: { run: row.runId } },
      );
    }
    return row;
  }

  async check(request: RunRequest): Promise<Plan> {
    const { plan } = await this.plans.getForTenant(request.tenant, request.plan);
    workflowErrors(() => checkRunnable(plan));
    await this.workflowRevision(request, plan);
    this.#checkBounds(request, plan);
    const blobs = await this.blobs.seen([request.policy, ...sealedBlobs(request)]);
    await this.#checkPolicy(request, blobs);
    await this.previousRoot(request);
    this.#checkInputNames(request, plan);
    await this.checkSealed(request, plan, blobs);
    return plan;
  }

  /** What is sealed was sealed for this run, and to offers that are still good. */
  async checkSealed(request: SealedFor, plan: Plan, known?: Blobs): Promise<void> {
    const blobs = known ?? (await this.blobs.seen(sealedBlobs(request)));
    for (const offer of request.offers) await this.#checkOffer(offer, blobs);
    for (const input of request.inputs) {
      const envelope = await this.#envelope(input.name, input.blob, blobs);
      checkHeader(input.name, envelope.header, request, plan, this.clock());
      checkSize(input.name, envelope.payload.length, plan);
    }
  }

  #checkBounds(request: RunRequest, plan: Plan): void {
    const leftMs = request.deadlineMs - this.clock();
    if (leftMs < plan.estimate.durationMs || leftMs > limits.runDeadlineMsMax) {
      throw new ApiError(
        'DEADLINE_TOO_SHORT',
        `deadline: expected ${plan.estimate.durationMs} ms to ${limits.runDeadlineMsMax} ms from now, got ${leftMs} ms: set a later or nearer one`,
        { facts: { estimateMs: String(plan.estimate.durationMs), leftMs: String(leftMs) } },
      );
    }
    const { deadlineMs } = plan.definition;
    if (deadlineMs !== undefined && leftMs > deadlineMs) {
      throw new ApiError(
        'INVALID_REQUEST',
        `deadline: expected at most ${deadlineMs} ms from now, the deadlineMs of workflow ${plan.definition.name}, got ${leftMs} ms: set a nearer one`,
        { facts: { deadlineMs: String(deadlineMs), leftMs: String(leftMs) } },
      );
    }
    const cost = BigInt(plan.estimate.costMicros);
    if (request.costMicrosMax !== null && cost > request.costMicrosMax) {
      throw new ApiError(
        'LIMIT_EXCEEDED',
        `cost_micros_max: expected at least ${cost}, the plan's cost, got ${request.costMicrosMax}: raise the cap or plan otherwise`,
      );
    }
  }

  async #checkPolicy(request: RunRequest, blobs: Blobs): Promise<void> {
    const bytes = await blobs.get(request.policy);
    try {
      parseAppraisalPolicy(parseJsonStrict(bytes, { bytesMax: limits.policyBytesMax }));
    } catch (error) {
      throw new ApiError(
        'INVALID_REQUEST',
        `policy: expected an appraisal policy, got something else (${error instanceof Error ? error.message : 'unreadable'}): upload the one of your trust file`,
      );
    }
  }

  /** The stored revision that the run is of, by its digest, whatever it was called; null where none was asked for. */
  async workflowRevision({ tenant, workflowRevision }: RunRequest, plan: Plan): Promise<string | null> {
    if (workflowRevision === null) return null;
    const { workflow, digest } = await this.workflows.usable(tenant, workflowRevision, 'workflow_revision');
    if (digest === plan.definitionDigest) return revisionName(tenant, workflow, digest);
    throw new ApiError(
      'PLAN_MISMATCH',
      `plan: expected one of ${workflowRevision}, which is definition ${digest}, got one of definition ${plan.definitionDigest}: plan that revision`,
      { facts: { resource: workflowRevision, expected: digest, actual: plan.definitionDigest } },
    );
  }

  /** Read once, at admission: what later becomes of that bundle changes nothing in the evidence of this run. */
  async previousRoot({ tenant, previousRun }: RunRequest): Promise<Digest | null> {
    if (previousRun === null) return null;
    const { bundle, state } = await this.runs.getForTenant(tenant, previousRun);
    if (bundle === null) {
      throw new ApiError(
        'RUN_NOT_FINISHED',
        `previous_run ${previousRun}: expected a run that has ended, got state ${state}: wait for its end`,
      );
    }
    return rootDigest(await this.blobs.getFor(tenant, bundle));
  }

  /** An offer that ran out is refused here, before a worker that no longer holds the key is given the envelope. */
  async #checkOffer(offer: RunRequest['offers'][number], blobs: Blobs): Promise<void> {
    const bytes = await blobs.get(offer.package);
    let binding: ReturnType<typeof parseBinding>;
    try {
      binding = parseBinding(parseEvidencePackage(bytes).binding);
    } catch {
      throw new ApiError(
        'EVIDENCE_INVALID',
        `offer for ${offer.operation}: ${offer.package} is no evidence package: expected the one that the worker answered`,
      );
    }
    if (toBase64(binding.nonce) !== offer.nonce) {
      throw new ApiError(
        'EVIDENCE_INVALID',
        `offer for ${offer.operation}: the evidence answers another nonce: expected the one of this offer`,
      );
    }
    if (binding.notAfterMs <= this.clock()) {
      throw new ApiError(
        'OFFER_EXPIRED',
        `offer for ${offer.operation}: expected evidence that is still valid, got one that ran out at ${new Date(binding.notAfterMs).toISOString()}: ask for a new offer and seal again`,
        { facts: { operation: offer.operation, notAfter: new Date(binding.notAfterMs).toISOString() } },
      );
    }
  }

  #checkInputNames(request: RunRequest, plan: Plan): void {
    const wanted = Object.keys(expandInputs(plan.definition));
    const given = request.inputs.map(({ name }) => name);
    const missing = wanted.filter((name) => !given.includes(name));
    const unknown = given.filter((name) => !wanted.includes(name));
    const twice = given.filter((name, index) => given.indexOf(name) !== index);
    if (missing.length === 0 && unknown.length === 0 && twice.length === 0) return;
    throw new ApiError(
      'INVALID_REQUEST',
      `inputs: expected exactly ${wanted.join(', ')}; missing ${list(missing)}, unknown ${list(unknown)}, given twice ${list(twice)}`,
      {
        violations: [
          ...missing.map((name) => ({ field: `inputs/${name}`, description: 'missing' })),
          ...unknown.map((name) => ({
            field: `inputs/${name}`,
            description: 'not an input of this workflow',
          })),
          ...twice.map((name) => ({ field: `inputs/${name}`, description: 'given twice' })),
        ],
      },
    );
  }

  async #envelope(name: string, blob: string, blobs: Blobs): Promise<ParsedEnvelope> {
    const bytes = await blobs.find(blob);
    if (bytes === undefined) {
      throw new ApiError('NOT_FOUND', `input ${name}: no blob ${blob} in the store: upload it first`);
    }
    try {
      return parseEnvelope(bytes);
    } catch (error) {
      if (!(error instanceof SealingError)) throw error;
      const reason =
        error.code === 'ENVELOPE_TOO_LARGE' || error.code === 'SUITE_UNSUPPORTED'
          ? error.code
          : 'ENVELOPE_MALFORMED';
      throw new ApiError(
        reason,
        `input ${name}: expected a sealed envelope, got ${error.message}: seal it again`,
      );
    }
  }
}

function sealedBlobs({ offers, inputs }: SealedFor): string[] {
  return [...offers.map((offer) => offer.package), ...inputs.map(({ blob }) => blob)];
}

/** Label and salt beside the value, and the tags of the chunks it is sealed in. */
const SEALED_EXTRA_BYTES = 1_024;

/** The size of what is sealed shows from outside, within a little; what the workflow allows holds for it. */
function checkSize(name: string, payloadBytes: number, plan: Plan): void {
  const bytesMax = expandInputs(plan.definition)[name]?.bytesMax ?? 0;
  const sealedMax = bytesMax + Math.ceil(bytesMax / 256) + SEALED_EXTRA_BYTES;
  if (payloadBytes <= sealedMax) return;
  throw new ApiError(
    'LIMIT_EXCEEDED',
    `input ${name}: expected a value of at most ${bytesMax} bytes, got ${payloadBytes} bytes sealed: shorten it, or raise bytesMax in the workflow`,
    { facts: { limit: 'bytesMax', max: String(bytesMax), actual: String(payloadBytes) } },
  );
}

function list(names: readonly string[]): string {
  return names.join(', ') || 'none';
}

/** An envelope that was made for another run, workflow, policy or edge is refused by name. */
function checkHeader(
  name: string,
  header: EnvelopeHeader,
  request: SealedFor,
  plan: Plan,
  nowMs: number,
): void {
  const expected: Record<string, string> = {
    tenant: request.tenant,
    runId: request.runId,
    workflowDigest: plan.definitionDigest,
    edge: `inputs/${name}`,
    policyDigest: request.policy,
    planDigest: request.plan,
    senderKey: toBase64(request.clientSignKey),
  };
  const actual: Record<string, unknown> = { ...header };
  for (const [field, value] of Object.entries(expected)) {
    if (actual[field] === value) continue;
    throw new ApiError(
      'ENVELOPE_CONTEXT_MISMATCH',
      `input ${name}: the envelope was sealed for ${field} ${String(actual[field])}, expected ${value}: seal it for this run`,
      { facts: { field, expected: value, actual: String(actual[field]) } },
    );
  }
  const clients = header.recipients.filter(({ role }) => role === 'client').map(({ kid }) => kid);
  const resultKey = sealKeyId(request.clientSealKey);
  if (clients.length > 0 && !clients.includes(resultKey)) {
    throw new ApiError(
      'ENVELOPE_CONTEXT_MISMATCH',
      `input ${name}: the envelope names ${clients.join(', ')} as its client, and results would be sealed to ${resultKey}: expected one client`,
      { facts: { field: 'client_seal_key', expected: clients.join(', '), actual: resultKey } },
    );
  }
  if (Date.parse(header.notAfter) <= nowMs) {
    throw new ApiError(
      'ENVELOPE_CONTEXT_MISMATCH',
      `input ${name}: the envelope ran out at ${header.notAfter}: expected a later time, seal it again`,
    );
  }
}
