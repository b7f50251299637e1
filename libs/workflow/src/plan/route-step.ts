import type { Candidate, Operation } from '../catalogue/operation.js';
import { listed, WorkflowError } from '../workflow-error.js';
import { type Demand, unmetDemand, unmetDemands } from './demands.js';
import { estimateCandidate, type History } from './history.js';
import type { RejectedRoute, RouteDecision, RouteRule } from './plan.js';

export interface Route {
  readonly candidate: Candidate;
  readonly decision: RouteDecision;
}

/**
 * Chooses where a step runs. Cost never buys a lower level: a candidate below a minimum is out before anything
 * else is weighed.
 *
 * @throws WorkflowError `ASSURANCE_BELOW_MINIMUM` when only weaker routes could run, else `ROUTE_UNSATISFIABLE`
 */
export function routeStep(
  step: string,
  operation: Operation,
  demands: readonly Demand[],
  connected: ReadonlySet<string>,
  history: History = {},
): Route {
  const judged = operation.candidates.map((candidate) => ({
    candidate,
    rejection: rejectionOf(candidate, demands, connected),
  }));
  const chosen = judged.find(({ rejection }) => rejection === null)?.candidate;
  if (chosen === undefined) throw unsatisfiable(step, operation, judged, demands, connected);
  const rejected = judged.flatMap(({ candidate, rejection }) => {
    if (candidate === chosen) return [];
    return [
      rejection ?? {
        protection: candidate.protection,
        code: 'NOT_PREFERRED' as const,
        reason: candidate.why,
      },
    ];
  });
  const { estimate, measured } = estimateCandidate(chosen, history);
  return {
    candidate: chosen,
    decision: {
      step,
      operation: operation.name,
      chosen: chosen.protection,
      ...chosen.assurance,
      rule: ruleOf(rejected),
      reason: chosen.why,
      rejected,
      estimate,
      ...(measured === null ? {} : { measured }),
    },
  };
}

function rejectionOf(
  candidate: Candidate,
  demands: readonly Demand[],
  connected: ReadonlySet<string>,
): RejectedRoute | null {
  const { protection, assurance, status, why } = candidate;
  if (status === 'infeasible') return { protection, code: 'NOT_FEASIBLE', reason: why };
  const unmet = unmetDemand(demands, assurance);
  if (unmet !== undefined)
    return { protection, code: 'BELOW_MINIMUM', reason: belowMinimum(candidate, unmet) };
  if (status === 'planned') return { protection, code: 'NOT_IMPLEMENTED', reason: `not implemented: ${why}` };
  const missing = missingOperations(candidate, connected);
  if (missing.length === 0) return null;
  return { protection, code: 'NOT_CONNECTED', reason: `no connected worker offers ${listed(missing)}` };
}

function belowMinimum(candidate: Candidate, unmet: Demand): string {
  const level =
    unmet.axis === 'integrity' ? candidate.assurance.integrity : candidate.assurance.confidentiality;
  return `${unmet.axis} ${level} is below the minimum ${unmet.minimum} for ${unmet.because}`;
}

/** People are not workers: a human task needs nobody connected. */
function missingOperations(candidate: Candidate, connected: ReadonlySet<string>): readonly string[] {
  return candidate.tasks
    .filter((task) => task.kind !== 'human' && !connected.has(task.operation))
    .map((task) => task.operation);
}

function ruleOf(rejected: readonly RejectedRoute[]): RouteRule {
  if (rejected.some(({ code }) => code === 'BELOW_MINIMUM')) return 'minimum';
  return rejected.some(({ code }) => code === 'NOT_PREFERRED' || code === 'NOT_CONNECTED')
    ? 'preference'
    : 'only-candidate';
}

function unsatisfiable(
  step: string,
  operation: Operation,
  judged: readonly { readonly candidate: Candidate; readonly rejection: RejectedRoute | null }[],
  demands: readonly Demand[],
  connected: ReadonlySet<string>,
): WorkflowError {
  const path = `steps.${step}`;
  const reasons = judged.map(({ rejection }) => `${rejection?.protection}: ${rejection?.reason}`).join('; ');
  const ready = judged.filter(({ candidate }) => candidate.status === 'ready');
  const weaker = ready.length > 0 && ready.every(({ rejection }) => rejection?.code === 'BELOW_MINIMUM');
  const hint = ready.map(({ candidate }) => wayOut(candidate, demands, connected)).join(' Or: ');
  return new WorkflowError(weaker ? 'ASSURANCE_BELOW_MINIMUM' : 'ROUTE_UNSATISFIABLE', {
    path,
    expected: weaker
      ? `a route of ${operation.name} that reaches every minimum`
      : `a connected worker for ${operation.name}`,
    got: weaker ? reasons : `${reasons}; connected: ${listed(connected)}`,
    hint: hint === '' ? 'No route of this operation can run: remove the step.' : hint,
  });
}

/** Everything that stands between a plan and this route, as one thing to do. */
function wayOut(candidate: Candidate, demands: readonly Demand[], connected: ReadonlySet<string>): string {
  const lowered = unmetDemands(demands, candidate.assurance).map(
    ({ axis, because }) => `lower the minimum ${axis} of ${because} to ${candidate.assurance[axis]}`,
  );
  const missing = missingOperations(candidate, connected);
  const started = missing.length === 0 ? [] : [`start a worker that offers ${listed(missing)}`];
  const todo = [...new Set([...lowered, ...started])].join(' and ');
  return `For ${candidate.protection}: ${todo}, then plan again.`;
}
