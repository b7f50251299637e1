import {
  canonicalBytes,
  type Digest,
  digestOf,
  isDigest,
  isUlid,
  parseCommitment,
  parseDigest,
  toBase64,
} from '#canonical';
import { ApiError, type CreateRunRequest__Output, type FieldViolation } from '#contracts';
import { limits } from '../config/limits.js';
import type { RunInput, RunOffer } from '../database/schema.js';
import { isOperation } from '../request-fields.js';
import { parseRevisionName, parseTenantName } from './resource-names.js';
import { milliseconds } from './timestamp.js';

/** A CreateRun request with every field checked for its form; what it refers to is checked by RunAdmission. */
export interface RunRequest {
  readonly tenant: string;
  readonly runId: string;
  readonly requestId: string;
  readonly plan: Digest;
  readonly policy: Digest;
  readonly inputs: readonly RunInput[];
  readonly offers: readonly RunOffer[];
  readonly clientSealKey: Buffer;
  readonly clientSignKey: Buffer;
  readonly deadlineMs: number;
  readonly costMicrosMax: bigint | null;
  readonly validateOnly: boolean;
  /** Id of a run of the same tenant. */
  readonly previousRun: string | null;
  /** Stored revision that the plan has to be of, as it was named; null for none. */
  readonly workflowRevision: string | null;
  /** Digest of everything that makes the request this request. */
  readonly contentDigest: Digest;
}

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const amountPattern = /^(0|[1-9][0-9]{0,17})$/;
const KEY_BYTES = 32;
const NONCE_BYTES = 32;

/** Raises INVALID_REQUEST that names every wrong field at once. */
export function parseRunRequest(request: CreateRunRequest__Output): RunRequest {
  const tenant = parseTenantName(request.parent);
  const violations: FieldViolation[] = [];
  const require = (field: string, holds: boolean, description: string): void => {
    if (!holds) violations.push({ field, description });
  };
  require('run_id', isUlid(request.runId), 'a ULID');
  require('request_id', uuidPattern.test(request.requestId), 'a lower-case UUID');
  require('plan', isDigest(request.plan), 'sha256:<64 hex> from PlanWorkflow');
  require('policy', isDigest(request.policy), 'sha256:<64 hex> of a policy in the blob store');
  require('client_seal_key', request.clientSealKey.length === KEY_BYTES, 'an X25519 public key, 32 bytes');
  require('client_sign_key', request.clientSignKey.length === KEY_BYTES, 'an Ed25519 public key, 32 bytes');
  const deadlineMs = milliseconds(request.deadline);
  require('deadline', isTime(deadlineMs), 'a time: a run without a deadline could wait for ever');
  const cap = request.costMicrosMax;
  require('cost_micros_max', cap === '' || amountPattern.test(cap), 'a decimal number of micros, or empty');
  const previous = previousRunOf(request.previousRun, tenant);
  require('previous_run', previous !== undefined, `tenants/${tenant}/runs/{ULID}, or empty`);
  require('previous_run', previous == null || previous !== request.runId, 'another run than this one');
  const { inputs, offers } = sealedParts(request, require);
  refuseIfAny(violations);
  const revision = request.workflowRevision === '' ? null : request.workflowRevision;
  if (revision !== null) parseRevisionName(revision, 'workflow_revision');
  const content = {
    runId: request.runId,
    plan: request.plan,
    policy: request.policy,
    inputs,
    clientSealKey: toBase64(request.clientSealKey),
    clientSignKey: toBase64(request.clientSignKey),
    offers,
    deadlineMs,
    costMicrosMax: cap,
    // Absent where there is none: requests of the first days keep their digest.
    ...(previous == null ? {} : { previousRun: previous }),
    ...(revision === null ? {} : { workflowRevision: revision }),
  };
  return {
    tenant,
    runId: request.runId,
    requestId: request.requestId,
    plan: parseDigest(request.plan),
    policy: parseDigest(request.policy),
    inputs,
    offers,
    clientSealKey: Buffer.from(request.clientSealKey),
    clientSignKey: Buffer.from(request.clientSignKey),
    deadlineMs: deadlineMs ?? 0,
    costMicrosMax: cap === '' ? null : BigInt(cap),
    validateOnly: request.validateOnly,
    previousRun: previous ?? null,
    workflowRevision: revision,
    contentDigest: digestOf(canonicalBytes(content)),
  };
}

/** Inputs that are sealed again, and the offers that they are sealed to. Raises INVALID_REQUEST. */
export function parseRewrap(request: SealedParts): {
  readonly inputs: readonly RunInput[];
  readonly offers: readonly RunOffer[];
} {
  const violations: FieldViolation[] = [];
  const parts = sealedParts(request, (field, holds, description) => {
    if (!holds) violations.push({ field, description });
  });
  const names = new Set(parts.inputs.map(({ name }) => name));
  if (names.size === 0 || names.size < parts.inputs.length) {
    violations.push({ field: 'inputs', description: 'at least one, each once' });
  }
  refuseIfAny(violations);
  return parts;
}

type SealedParts = Pick<CreateRunRequest__Output, 'inputs' | 'offers'>;

function sealedParts(
  request: SealedParts,
  require: (field: string, holds: boolean, description: string) => void,
) {
  require('inputs', request.inputs.length <= limits.inputsMax, `at most ${limits.inputsMax}`);
  require('offers', request.offers.length <= limits.offersMax, `at most ${limits.offersMax}`);
  for (const [index, input] of request.inputs.entries()) {
    const sealed = isInputName(input.name) && isCommitmentText(input.commitment) && isDigest(input.blob);
    require(`inputs[${index}]`, sealed, 'name, commitment commit:<alg>:<hex> and blob sha256:<hex>');
  }
  for (const [index, offer] of request.offers.entries()) {
    const form =
      isOperation(offer.operation) && isDigest(offer.package) && offer.nonce.length === NONCE_BYTES;
    require(`offers[${index}]`, form, 'operation, package sha256:<hex> and a nonce of 32 bytes');
  }
  return {
    inputs: request.inputs.map(({ name, commitment, blob }) => ({ name, commitment, blob })),
    offers: request.offers.map((offer) => ({
      operation: offer.operation,
      package: offer.package,
      nonce: toBase64(offer.nonce),
    })),
  };
}

function refuseIfAny(violations: readonly FieldViolation[]): void {
  const [first] = violations;
  if (first === undefined) return;
  const more = violations.length > 1 ? ` (and ${violations.length - 1} more)` : '';
  throw new ApiError('INVALID_REQUEST', `${first.field}: expected ${first.description}${more}`, {
    violations,
  });
}

/** Null for none, undefined for what is no run of the tenant. */
function previousRunOf(name: string, tenant: string): string | null | undefined {
  if (name === '') return null;
  const prefix = `tenants/${tenant}/runs/`;
  const runId = name.startsWith(prefix) ? name.slice(prefix.length) : '';
  return isUlid(runId) ? runId : undefined;
}

function isTime(ms: number | null): boolean {
  return ms !== null && Number.isSafeInteger(ms) && ms > 0;
}

function isInputName(text: string): boolean {
  return /^[A-Za-z0-9_-]{1,64}$/.test(text);
}

function isCommitmentText(text: string): boolean {
  try {
    parseCommitment(text);
    return text.startsWith('commit:');
  } catch {
    return false;
  }
}
