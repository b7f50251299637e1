import type { LeaseInput } from '#contracts';
import type { StepPredicate } from '#evidence';
import { checkFacts, type PlanTask, WorkflowError } from '#workflow';
import type { RunRow } from '../runs/run-store.js';

export interface ExpectedStatement {
  readonly run: RunRow;
  readonly task: PlanTask;
  readonly attempt: number;
  readonly definitionDigest: string;
  readonly inputs: readonly LeaseInput[];
}

/** Compares a step statement with the task that was given out. Returns the reason of the first difference. */
export function statementMismatch(predicate: StepPredicate, expected: ExpectedStatement): string | null {
  const { run, task } = expected;
  const identity: readonly (readonly [unknown, unknown])[] = [
    [predicate.runId, run.runId],
    [predicate.stepId, task.id],
    [predicate.attempt, expected.attempt],
    [predicate.kind, task.kind],
    [predicate.operation, task.operation],
    [predicate.planDigest, run.plan],
    [predicate.policyDigest, run.policy],
    [predicate.definitionDigest, expected.definitionDigest],
  ];
  if (identity.some(([actual, wanted]) => actual !== wanted)) return 'STATEMENT_MISMATCH';
  if (!sameInputs(predicate, expected.inputs)) return 'EDGE_MISMATCH';
  if (!plannedOutputs(predicate, task)) return 'EDGE_MISMATCH';
  try {
    checkFacts(task, predicate.public);
  } catch (error) {
    if (error instanceof WorkflowError) return error.code;
    throw error;
  }
  return null;
}

/** Every value that was handed out, and nothing else but ledger pages, whose lineage their receipt proves. */
function sameInputs(predicate: StepPredicate, inputs: readonly LeaseInput[]): boolean {
  const stated = predicate.inputs.filter(({ edge }) => !edge.startsWith('ledger/'));
  return (
    stated.length === inputs.length &&
    inputs.every((input) =>
      stated.some(
        ({ port, edge, commitment }) =>
          port === input.port && edge === input.edge && commitment === input.commitment,
      ),
    )
  );
}

function plannedOutputs(predicate: StepPredicate, task: PlanTask): boolean {
  const planned = new Map(task.outputs.map((output) => [output.edge, output]));
  if (predicate.outputs.some(({ edge, port }) => planned.get(edge)?.port !== port)) return false;
  return task.outputs.every((output) => {
    const present = predicate.outputs.some(({ edge }) => edge === output.edge);
    if (output.presentWhen === null) return present;
    const field = output.presentWhen.field.slice(output.presentWhen.field.indexOf('/') + 1);
    const fact = predicate.public[field];
    return present === (typeof fact === 'string' && output.presentWhen.in.includes(fact));
  });
}
