import { canonicalBytes, type Digest, fromBase64, type JsonObject, parseDigest, utf8 } from '#canonical';
import { type PlanWorkflowResponse__Output, type ServiceClients, unary } from '#contracts';
import { isSignedBy, parseEnvelope, planPredicateType, statementOf, type TrustFile } from '#evidence';
import {
  type Minimums,
  NO_MINIMUMS,
  type Plan,
  parseDefinition,
  parsePlan,
  planDigest,
  planWorkflow,
} from '#workflow';
import { ClientError } from './client-error.js';

const DEADLINE_MS = 10_000;

export interface PlanInput {
  /** Definition as YAML or JSON text. */
  readonly definition: string;
  /** The stored revision that `definition` is the text of, as `StoredWorkflows` gives both: runs are then of it. */
  readonly revision?: string;
  readonly minimums?: Minimums;
  /** Parameters per step, e.g. the ledger. */
  readonly parameters?: Readonly<Record<string, JsonObject>>;
}

/** A plan that this client has made again by itself and found equal. */
export interface PlannedWorkflow {
  readonly plan: Plan;
  readonly digest: Digest;
  readonly signedPlan: Uint8Array;
  /** Absent where a definition was planned that is not stored. */
  readonly workflowRevision?: string;
}

/**
 * Plans without data. The plan that comes back is signed by the orchestrator and is a pure function of what it
 * names, so it is made again here: an orchestrator cannot route a step below the client's minimum unseen.
 */
export async function requestPlan(
  input: PlanInput,
  deps: {
    readonly services: ServiceClients;
    readonly tenant: string;
    readonly trust: TrustFile;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<PlannedWorkflow> {
  const minimums = input.minimums ?? NO_MINIMUMS;
  const response = await unary<PlanWorkflowResponse__Output>(
    (options, callback) =>
      deps.services.workflow.planWorkflow(
        {
          parent: `tenants/${deps.tenant}`,
          ...(input.revision === undefined
            ? { definition: utf8(input.definition) }
            : { workflowRevision: input.revision }),
          minimums: Object.entries(minimums.classes).map(([dataClass, minimum]) => ({
            dataClass,
            minimum: assurance(minimum),
          })),
          fieldMinimums: Object.entries(minimums.fields).map(([reference, minimum]) => ({
            reference,
            minimum: assurance(minimum),
          })),
          parametersJson: JSON.stringify(input.parameters ?? {}),
        },
        options,
        callback,
      ),
    { deadlineMs: DEADLINE_MS, signal: deps.signal },
  );
  const envelope = parseEnvelope(new Uint8Array(response.signedPlan));
  if (!deps.trust.orchestratorKeys.some((key) => isSignedBy(envelope, fromBase64(key)))) {
    throw new ClientError(
      'PLAN_UNTRUSTED',
      'the plan is not signed by an orchestrator key of the trust file',
    );
  }
  const plan = parsePlan(canonicalBytes(statementOf(envelope, planPredicateType).predicate));
  const definition = parseDefinition(
    input.definition,
    input.definition.trimStart().startsWith('{') ? 'json' : 'yaml',
  );
  const own = planWorkflow({
    definition,
    minimums,
    connected: plan.connected,
    parameters: input.parameters ?? {},
    // As `connected`: the orchestrator's word. It moves estimates, which the plan labels, and no route.
    ...(plan.history === undefined ? {} : { history: plan.history }),
  });
  const digest = parseDigest(response.plan);
  if (planDigest(own) !== digest || planDigest(plan) !== digest) {
    throw new ClientError(
      'PLAN_UNTRUSTED',
      'the orchestrator planned something else than this client makes of the same workflow, minimums and workers',
    );
  }
  return {
    plan,
    digest,
    signedPlan: new Uint8Array(response.signedPlan),
    ...(input.revision === undefined ? {} : { workflowRevision: input.revision }),
  };
}

function assurance(minimum: Minimums['fields'][string]) {
  return {
    integrity: `INTEGRITY_${minimum.integrity ?? 'UNSPECIFIED'}` as const,
    confidentiality: `CONFIDENTIALITY_${minimum.confidentiality ?? 'UNSPECIFIED'}` as const,
  };
}
