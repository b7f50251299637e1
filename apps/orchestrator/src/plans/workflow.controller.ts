import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { isJsonObject, type Json, type JsonObject, parseJsonStrict, utf8 } from '#canonical';
import type {
  Assurance__Output,
  PlanWorkflowRequest__Output,
  PlanWorkflowResponse,
  RouteDecision,
  ValidateWorkflowRequest__Output,
  ValidateWorkflowResponse,
} from '#contracts';
import {
  definitionDigest,
  type Minimums,
  type RouteDecision as PlannedRoute,
  parseMinimums,
  planWorkflow,
} from '#workflow';
import { requirePrincipal } from '../auth/call-context.js';
import { BlobStore } from '../blobs/blob-store.js';
import { limits } from '../config/limits.js';
import { invalidField } from '../request-fields.js';
import { parseTenantName } from '../runs/resource-names.js';
import { SessionRegistry } from '../sessions/session-registry.js';
import { WorkflowReader } from '../workflows/workflow-reader.js';
import { PlanStore } from './plan-store.js';
import { readDefinition } from './read-definition.js';
import { TaskHistory } from './task-history.js';
import { workflowErrors } from './workflow-errors.js';

/** Definitions in, signed plans out. No request of this service holds data. */
@Controller()
export class WorkflowController {
  constructor(
    private readonly plans: PlanStore,
    private readonly blobs: BlobStore,
    private readonly registry: SessionRegistry,
    private readonly history: TaskHistory,
    private readonly workflows: WorkflowReader,
  ) {}

  @GrpcMethod('WorkflowService', 'ValidateWorkflow')
  validateWorkflow(request: ValidateWorkflowRequest__Output): ValidateWorkflowResponse {
    const definition = readDefinition(request.definition);
    return { digest: definitionDigest(definition), workflow: definition.name, version: definition.version };
  }

  @GrpcMethod('WorkflowService', 'PlanWorkflow')
  async planWorkflow(request: PlanWorkflowRequest__Output): Promise<PlanWorkflowResponse> {
    const tenant = parseTenantName(request.parent);
    const definition = readDefinition(await this.#textOf(tenant, request));
    const history = await this.history.current();
    const plan = workflowErrors(() =>
      planWorkflow({
        definition,
        minimums: readMinimums(request),
        connected: this.registry.operations(requirePrincipal().tenant),
        parameters: readParameters(request.parametersJson),
        history,
      }),
    );
    const stored = await this.plans.add(tenant, plan);
    return {
      plan: stored.digest,
      signedPlan: await this.blobs.get(stored.signedPlan),
      routes: plan.routes.map(routeMessage),
      estimateMs: plan.estimate.durationMs,
      memoryMib: plan.estimate.memoryMiB,
      costMicros: String(plan.estimate.costMicros),
      p90Ms: plan.measured?.p90Ms ?? 0,
    };
  }

  async #textOf(
    tenant: string,
    { definition, workflowRevision }: PlanWorkflowRequest__Output,
  ): Promise<Uint8Array> {
    if (workflowRevision === '') return definition;
    if (definition.length > 0) {
      throw invalidField('workflow_revision', 'a stored revision or a definition', 'both');
    }
    return (await this.workflows.usable(tenant, workflowRevision, 'workflow_revision')).definition;
  }
}

function readMinimums(request: PlanWorkflowRequest__Output): Minimums {
  const classes = minimumsOf(
    'minimums',
    request.minimums.map((entry) => ({ name: entry.dataClass, minimum: entry.minimum })),
  );
  const fields = minimumsOf(
    'field_minimums',
    request.fieldMinimums.map((entry) => ({ name: entry.reference, minimum: entry.minimum })),
  );
  return workflowErrors(() => parseMinimums({ classes, fields }));
}

/** One entry a name: of two, one would be dropped unseen, and it could be the stricter. */
function minimumsOf(
  field: string,
  entries: readonly { readonly name: string; readonly minimum: Assurance__Output | null }[],
): Record<string, Json> {
  const read = new Map(
    entries.map(({ name, minimum }, index) => [name, readMinimum(`${field}[${index}]`, minimum)]),
  );
  if (read.size !== entries.length) throw invalidField(field, 'each name once', 'one that is given twice');
  return Object.fromEntries(read);
}

/**
 * An axis left UNSPECIFIED asks for nothing on that axis. Both UNSPECIFIED is refused: a level that the sender
 * misspelt arrives as UNSPECIFIED, and its minimum must not vanish.
 */
function readMinimum(field: string, assurance: Assurance__Output | null): Json {
  const levels: Record<string, string> = {};
  for (const axis of ['integrity', 'confidentiality'] as const) {
    const prefix = `${axis.toUpperCase()}_`;
    // A number of an enum that this version does not know arrives as that number.
    const value: unknown = assurance?.[axis] ?? `${prefix}UNSPECIFIED`;
    if (typeof value !== 'string')
      throw invalidField(`${field}.${axis}`, 'a level of this version', String(value));
    if (value !== `${prefix}UNSPECIFIED`) levels[axis] = value.slice(prefix.length);
  }
  if (Object.keys(levels).length === 0) {
    throw invalidField(field, 'a minimum integrity, a minimum confidentiality, or both', 'neither');
  }
  return levels;
}

function readParameters(text: string): Record<string, JsonObject> {
  if (text === '') return {};
  let value: Json;
  try {
    value = parseJsonStrict(utf8(text), { bytesMax: limits.definitionBytesMax });
  } catch (error) {
    throw invalidField(
      'parameters_json',
      `a JSON object of at most ${limits.definitionBytesMax} bytes, integers only`,
      error instanceof Error ? error.message : 'something else',
    );
  }
  if (!isJsonObject(value)) throw invalidField('parameters_json', 'a JSON object', 'another value');
  return Object.fromEntries(
    Object.entries(value).map(([step, parameters]) => {
      if (!isJsonObject(parameters)) {
        throw invalidField(`parameters_json.${step}`, 'a JSON object', 'another value');
      }
      return [step, parameters];
    }),
  );
}

function routeMessage(route: PlannedRoute): RouteDecision {
  return {
    step: route.step,
    chosen: protection(route.chosen),
    assurance: {
      integrity: `INTEGRITY_${route.integrity}`,
      confidentiality: `CONFIDENTIALITY_${route.confidentiality}`,
    },
    rule: route.rule,
    reason: route.reason,
    rejected: route.rejected.map((entry) => ({
      protection: protection(entry.protection),
      reason: `${entry.code}: ${entry.reason}`,
    })),
    estimateMs: route.estimate.durationMs,
    memoryMib: route.estimate.memoryMiB,
    costMicros: String(route.estimate.costMicros),
    measuredTasks: route.measured?.tasks ?? 0,
    p90Ms: route.measured?.p90Ms ?? 0,
    items: route.items ?? 1,
  };
}

function protection(name: PlannedRoute['chosen']) {
  const names = {
    tee: 'PROTECTION_TEE',
    zk: 'PROTECTION_ZK',
    fhe: 'PROTECTION_FHE',
    human: 'PROTECTION_HUMAN',
  } as const;
  return names[name];
}
