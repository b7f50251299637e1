import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { isJsonObject, type Json, type JsonObject, parseJsonStrict, utf8 } from '#canonical';
import {
  ApiError,
  type Assurance__Output,
  type PlanWorkflowRequest__Output,
  type PlanWorkflowResponse,
  type RouteDecision,
  type ValidateWorkflowRequest__Output,
  type ValidateWorkflowResponse,
} from '#contracts';
import {
  definitionDigest,
  type Minimums,
  type RouteDecision as PlannedRoute,
  parseDefinition,
  parseMinimums,
  planWorkflow,
  type WorkflowDefinition,
} from '#workflow';
import { BlobStore } from '../blobs/blob-store.js';
import { limits } from '../config/limits.js';
import { parseTenantName } from '../runs/resource-names.js';
import { SessionRegistry } from '../sessions/session-registry.js';
import { PlanStore } from './plan-store.js';
import { workflowErrors } from './workflow-errors.js';

/** Definitions in, signed plans out. No request of this service holds data. */
@Controller()
export class WorkflowController {
  constructor(
    private readonly plans: PlanStore,
    private readonly blobs: BlobStore,
    private readonly registry: SessionRegistry,
  ) {}

  @GrpcMethod('WorkflowService', 'ValidateWorkflow')
  validateWorkflow(request: ValidateWorkflowRequest__Output): ValidateWorkflowResponse {
    const definition = readDefinition(request.definition);
    return { digest: definitionDigest(definition), workflow: definition.name, version: definition.version };
  }

  @GrpcMethod('WorkflowService', 'PlanWorkflow')
  async planWorkflow(request: PlanWorkflowRequest__Output): Promise<PlanWorkflowResponse> {
    const tenant = parseTenantName(request.parent);
    const definition = readDefinition(request.definition);
    const plan = workflowErrors(() =>
      planWorkflow({
        definition,
        minimums: readMinimums(request),
        connected: this.registry.operations(),
        parameters: readParameters(request.parametersJson),
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
    };
  }
}

function readDefinition(bytes: Uint8Array): WorkflowDefinition {
  if (bytes.length > limits.definitionBytesMax) {
    throw new ApiError(
      'LIMIT_EXCEEDED',
      `definitionBytesMax: ${bytes.length} > ${limits.definitionBytesMax}`,
    );
  }
  // JSON starts with a brace; everything else is read as YAML.
  const format = bytes[0] === 0x7b ? 'json' : 'yaml';
  return workflowErrors(() => parseDefinition(bytes, format));
}

function readMinimums(request: PlanWorkflowRequest__Output): Minimums {
  const classes = Object.fromEntries(
    request.minimums.map((entry) => [entry.dataClass, minimum(entry.minimum)]),
  );
  const fields = Object.fromEntries(
    request.fieldMinimums.map((entry) => [entry.reference, minimum(entry.minimum)]),
  );
  return workflowErrors(() => parseMinimums({ classes, fields }));
}

/** An axis left UNSPECIFIED asks for nothing on that axis. */
function minimum(assurance: Assurance__Output | null): Json {
  const integrity = assurance?.integrity.replace('INTEGRITY_', '') ?? 'UNSPECIFIED';
  const confidentiality = assurance?.confidentiality.replace('CONFIDENTIALITY_', '') ?? 'UNSPECIFIED';
  return {
    ...(integrity === 'UNSPECIFIED' ? {} : { integrity }),
    ...(confidentiality === 'UNSPECIFIED' ? {} : { confidentiality }),
  };
}

function readParameters(text: string): Record<string, JsonObject> {
  if (text === '') return {};
  let value: Json;
  try {
    value = parseJsonStrict(utf8(text), { bytesMax: limits.definitionBytesMax });
  } catch (error) {
    throw new ApiError(
      'INVALID_REQUEST',
      `parameters_json: ${error instanceof Error ? error.message : 'not JSON'}`,
    );
  }
  if (!isJsonObject(value)) throw new ApiError('INVALID_REQUEST', 'parameters_json: expected an object');
  return Object.fromEntries(
    Object.entries(value).map(([step, parameters]) => {
      if (!isJsonObject(parameters)) {
        throw new ApiError('INVALID_REQUEST', `parameters_json: step ${step}: expected an object`);
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
