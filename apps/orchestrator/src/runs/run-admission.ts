import { Inject, Injectable } from '@nestjs/common';
import { parseAppraisalPolicy, parseBinding, parseEvidencePackage } from '#attestation';
import { parseJsonStrict, toBase64 } from '#canonical';
import { ApiError } from '#contracts';
import { type EnvelopeHeader, parseEnvelope, SealingError } from '#sealing';
import { checkRunnable, type Plan } from '#workflow';
import { BlobStore } from '../blobs/blob-store.js';
import { limits } from '../config/limits.js';
import { PlanStore } from '../plans/plan-store.js';
import { workflowErrors } from '../plans/workflow-errors.js';
import { CLOCK, type Clock } from '../tokens.js';
import type { RunRequest } from './run-request.js';
import { type RunRow, RunStore } from './run-store.js';

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
  ) {}

  /** The run of an earlier, equal request; raises REQUEST_ID_REUSED when it was about something else. */
  async earlier(request: RunRequest): Promise<RunRow | undefined> {
    const row = await this.runs.findByRequest(request.tenant, request.requestId);
    if (row !== undefined && row.contentDigest !== request.contentDigest) {
      throw new ApiError(
        'REQUEST_ID_REUSED',
        `request_id ${request.requestId} was used for run ${row.runId} with other content: take a new one`,
        { facts: { run: row.runId } },
      );
    }
    return row;
  }

  async check(request: RunRequest): Promise<Plan> {
    const { plan, tenant } = await this.plans.get(request.plan);
    if (tenant !== request.tenant) throw new ApiError('NOT_FOUND', `no plan ${request.plan}`);
    workflowErrors(() => checkRunnable(plan));
    this.#checkBounds(request, plan);
    await this.#checkPolicy(request);
    for (const offer of request.offers) await this.#checkOffer(offer);
    this.#checkInputNames(request, plan);
    for (const input of request.inputs) {
      const header = await this.#header(input.name, input.blob);
      checkHeader(input.name, header, request, plan, this.clock());
    }
    const open = await this.runs.openRuns(request.tenant);
    if (open >= limits.openRunsPerTenantMax) {
      throw new ApiError('LIMIT_EXCEEDED', `openRunsPerTenantMax: ${open} runs of the tenant are open`);
    }
    return plan;
  }

  #checkBounds(request: RunRequest, plan: Plan): void {
    const leftMs = request.deadlineMs - this.clock();
    if (leftMs < plan.estimate.durationMs || leftMs > limits.runDeadlineMsMax) {
      throw new ApiError(
        'DEADLINE_TOO_SHORT',
        `deadline: expected ${plan.estimate.durationMs} ms to ${limits.runDeadlineMsMax} ms from now, got ${leftMs} ms`,
        { facts: { estimateMs: String(plan.estimate.durationMs), leftMs: String(leftMs) } },
      );
    }
    const cost = BigInt(plan.estimate.costMicros);
    if (request.costMicrosMax !== null && cost > request.costMicrosMax) {
      throw new ApiError(
        'LIMIT_EXCEEDED',
        `cost_micros_max: the plan costs ${cost}, at most ${request.costMicrosMax}`,
      );
    }
  }

  async #checkPolicy(request: RunRequest): Promise<void> {
    const bytes = await this.blobs.get(request.policy);
    try {
      parseAppraisalPolicy(parseJsonStrict(bytes, { bytesMax: limits.policyBytesMax }));
    } catch (error) {
      throw new ApiError(
        'INVALID_REQUEST',
        `policy: ${error instanceof Error ? error.message : 'unreadable'}`,
      );
    }
  }

  /** An offer that ran out is refused here, before a worker that no longer holds the key is given the envelope. */
  async #checkOffer(offer: RunRequest['offers'][number]): Promise<void> {
    const bytes = await this.blobs.get(offer.package);
    let binding: ReturnType<typeof parseBinding>;
    try {
      binding = parseBinding(parseEvidencePackage(bytes).binding);
    } catch {
      throw new ApiError(
        'EVIDENCE_INVALID',
        `offer for ${offer.operation}: ${offer.package} is no evidence package`,
      );
    }
    if (toBase64(binding.nonce) !== offer.nonce) {
      throw new ApiError(
        'EVIDENCE_INVALID',
        `offer for ${offer.operation}: the evidence answers another nonce`,
      );
    }
    if (binding.notAfterMs <= this.clock()) {
      throw new ApiError(
        'OFFER_EXPIRED',
        `offer for ${offer.operation} ran out at ${new Date(binding.notAfterMs).toISOString()}: ask for a new one and seal again`,
        { facts: { operation: offer.operation, notAfter: new Date(binding.notAfterMs).toISOString() } },
      );
    }
  }

  #checkInputNames(request: RunRequest, plan: Plan): void {
    const wanted = Object.keys(plan.definition.inputs);
    const given = request.inputs.map(({ name }) => name);
    const missing = wanted.filter((name) => !given.includes(name));
    const unknown = given.filter((name) => !wanted.includes(name));
    if (missing.length === 0 && unknown.length === 0 && new Set(given).size === given.length) return;
    throw new ApiError(
      'INVALID_REQUEST',
      `inputs: expected exactly ${wanted.join(', ')}; missing ${missing.join(', ') || 'none'}, unknown ${unknown.join(', ') || 'none'}`,
      {
        violations: [
          ...missing.map((name) => ({ field: `inputs/${name}`, description: 'missing' })),
          ...unknown.map((name) => ({
            field: `inputs/${name}`,
            description: 'not an input of this workflow',
          })),
        ],
      },
    );
  }

  async #header(name: string, blob: string): Promise<EnvelopeHeader> {
    const bytes = await this.blobs.find(blob);
    if (bytes === undefined) {
      throw new ApiError('NOT_FOUND', `input ${name}: blob ${blob} is not in the store: upload it first`);
    }
    try {
      return parseEnvelope(bytes).header;
    } catch (error) {
      if (error instanceof SealingError)
        throw new ApiError(error.code, `input ${name}: ${error.message}`, { code: 3 });
      throw error;
    }
  }
}

/** An envelope that was made for another run, workflow, policy or edge is refused by name. */
function checkHeader(
  name: string,
  header: EnvelopeHeader,
  request: RunRequest,
  plan: Plan,
  nowMs: number,
): void {
  const expected: Record<string, string> = {
    tenant: request.tenant,
    runId: request.runId,
    workflowDigest: plan.definitionDigest,
    edge: `inputs/${name}`,
    policyDigest: request.policy,
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
  if (Date.parse(header.notAfter) <= nowMs) {
    throw new ApiError(
      'ENVELOPE_CONTEXT_MISMATCH',
      `input ${name}: the envelope ran out at ${header.notAfter}`,
    );
  }
}
