import { canonicalBytes, type Digest, digestOf, type JsonObject, toJson } from '#canonical';
import type { Estimate, Protection, TaskKind } from '../catalogue/operation.js';
import type { Assurance, Confidentiality, Integrity } from '../definition/assurance.js';
import type { DataClass, EdgeAlg } from '../definition/data-class.js';
import type { Condition, RetryClass, WorkflowDefinition } from '../definition/definition.js';
import type { Minimums } from '../definition/minimums.js';
import type { History, Measured } from './history.js';

export const PLAN_SCHEMA = 'sealflow/plan/v1';

/**
 * How a workflow will run. A pure function of `definition`, `minimums`, `connected`, `parameters` and `history`, all
 * of which it holds: whoever has the plan can make it again and compare. References name tasks, not steps.
 */
export interface Plan {
  readonly v: typeof PLAN_SCHEMA;
  readonly definition: WorkflowDefinition;
  readonly definitionDigest: Digest;
  /** What every route was held to: the floors of the classes, the author's and the client's, the strictest each. */
  readonly minimums: Minimums;
  /** Those operations of the catalogue that workers offered when the plan was made. */
  readonly connected: readonly string[];
  /** Parameters per step, the definition's own included. */
  readonly parameters: Readonly<Record<string, JsonObject>>;
  /** In an order in which each task comes after all it needs; compensations last. */
  readonly tasks: readonly PlanTask[];
  readonly routes: readonly RouteDecision[];
  readonly rejected: readonly Condition[];
  /** Name of a result to its edge, `<task>/<port>`. */
  readonly outputs: Readonly<Record<string, string>>;
  /** What finished tasks of these operations took when the plan was made; absent where none was measured. */
  readonly history?: History;
  /** Present where all that workers do was measured: nine of ten runs should take no longer. */
  readonly measured?: { readonly p90Ms: number };
  /** Of a run without compensation: time along the longest path, memory of the largest task, sum of costs. */
  readonly estimate: Estimate;
}

/** One lease of one worker. */
export interface PlanTask {
  readonly id: string;
  readonly step: string;
  readonly operation: string;
  readonly protection: Protection;
  readonly kind: TaskKind;
  readonly assurance: Assurance;
  readonly inputs: readonly PlanInput[];
  readonly outputs: readonly PlanOutput[];
  /** Public facts with a closed set of values. */
  readonly facts: Readonly<Record<string, readonly string[]>>;
  readonly when: readonly Condition[];
  /** Tasks that must be over, though no value of theirs is read: a ledger must have changed before it changes again. */
  readonly after: readonly string[];
  /** The task whose effect this one finishes: once that one succeeded, this one runs whatever becomes of the run. */
  readonly completes: string | null;
  /** The step that this task makes up for. Dormant: runs only when that step did not take effect. */
  readonly compensates: string | null;
  /** Operation that makes up for this task's step, as the definition names it. */
  readonly compensate?: string;
  readonly timeoutMs: number;
  readonly attemptsMax: number;
  /** Absent: the engine decides what is worth another attempt, and tries again at once. */
  readonly retry?: { readonly on: readonly RetryClass[]; readonly backoffMs: number };
  /** Its failure is not one of the run. */
  readonly tolerable?: true;
  /** Persons of the parameter `approvers` who must have signed a yes. Absent: one. */
  readonly quorum?: 2;
  /** Whether the task works on the head of the ledger that its parameter `ledger` names. */
  readonly ledgerState: boolean;
  readonly parameters: JsonObject;
}

export interface PlanInput {
  readonly port: string;
  /** `inputs/<name>` or `<task>/<port>`. */
  readonly edge: string;
  readonly class: DataClass;
  readonly alg: EdgeAlg;
  readonly optional: boolean;
  /** The executor goes on without an envelope that it can open. */
  readonly keptByExecutor?: true;
}

export interface PlanOutput {
  readonly port: string;
  readonly edge: string;
  readonly class: DataClass;
  readonly alg: EdgeAlg;
  /** Ids of the tasks that read it, dormant ones included: their workers are recipients of the envelope. */
  readonly consumers: readonly string[];
  /** Further roles that can open it. */
  readonly readers: readonly string[];
  /** The output exists only when this holds; null for one that a success always has. */
  readonly presentWhen: Condition | null;
}

export type RouteRule =
  /** Others were possible and fell below a minimum. */
  | 'minimum'
  /** No other candidate is possible or has a runtime. */
  | 'only-candidate'
  /** Several would do; the catalogue prefers this one. */
  | 'preference';

export type RejectionCode =
  | 'NOT_FEASIBLE'
  | 'BELOW_MINIMUM'
  | 'NOT_IMPLEMENTED'
  | 'NOT_CONNECTED'
  | 'NOT_PREFERRED';

/** The record of one choice, signed with the plan: what was chosen, by which rule, and why the others fell. */
export interface RouteDecision {
  readonly step: string;
  readonly operation: string;
  readonly chosen: Protection;
  readonly integrity: Integrity;
  readonly confidentiality: Confidentiality;
  readonly rule: RouteRule;
  readonly reason: string;
  readonly rejected: readonly RejectedRoute[];
  /** Of one item, where the step is mapped. */
  readonly estimate: Estimate;
  /** Absent: estimated, not measured. */
  readonly measured?: Measured;
  /** Steps that this one stands for, where it is mapped over a list. */
  readonly items?: number;
}

export interface RejectedRoute {
  readonly protection: Protection;
  readonly code: RejectionCode;
  readonly reason: string;
}

export function planDigest(plan: Plan): Digest {
  return digestOf(canonicalBytes(toJson(plan)));
}
