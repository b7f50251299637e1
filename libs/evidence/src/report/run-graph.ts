import { isJsonObject, parseJsonStrict } from '#canonical';
import { bundleLimits } from '../bundle/bundle-limits.js';
import { readContainer } from '../bundle/container.js';
import { parseEnvelope, statementOf } from '../dsse/envelope.js';
import { printable } from '../field-reader.js';
import { planPredicateType } from '../statements/plan.js';
import { parsePlanView } from '../statements/plan-view.js';
import { parseRootPredicate, rootPredicateType, type TaskStatus } from '../statements/root.js';
import type { StepKind } from '../statements/step.js';

/*
 * What a picture of a run needs: the tasks of the signed plan, what became of them, and which values went from one to
 * the other. It repeats statements, and is worth what the verdict is worth.
 */

export interface GraphTask {
  readonly id: string;
  readonly operation: string;
  readonly kind: StepKind;
  readonly status: TaskStatus | 'unknown';
  /** It makes up for another task, and runs only when that is needed. */
  readonly dormant: boolean;
}

export interface GraphEdge {
  /** Null: an input of the run. */
  readonly from: string | null;
  readonly to: string;
  readonly name: string;
}

export interface RunGraph {
  readonly tasks: readonly GraphTask[];
  readonly edges: readonly GraphEdge[];
}

/** Null for a file that is no bundle, or whose plan is withheld. */
export function runGraphOf(bytes: Uint8Array): RunGraph | null {
  try {
    const document = parseJsonStrict(bytes, bundleLimits);
    if (!isJsonObject(document)) return null;
    const bundle = readContainer(document);
    const root = parseRootPredicate(statementOf(bundle.root, rootPredicateType).predicate);
    const plan = bundle.blobs.get(root.plan)?.bytes ?? null;
    if (plan === null) return null;
    const { tasks } = parsePlanView(statementOf(parseEnvelope(plan), planPredicateType).predicate);
    const status = new Map(root.tasks.map((task) => [task.taskId, task.status]));
    const producers = new Map(tasks.flatMap(({ id, outputs }) => outputs.map(({ edge }) => [edge, id])));
    return {
      tasks: tasks.map(({ id, operation, kind, compensates }) => ({
        id: printable(id),
        operation: printable(operation),
        kind,
        status: status.get(id) ?? 'unknown',
        dormant: compensates !== null,
      })),
      edges: tasks.flatMap(({ id, inputs, after }) => [
        ...inputs.map(({ port, edge }) => ({
          from: printableOrNull(producers.get(edge)),
          to: printable(id),
          name: printable(port),
        })),
        ...after.map((before) => ({ from: printable(before), to: printable(id), name: '' })),
      ]),
    };
  } catch {
    // What cannot be read is a finding of the verifier.
    return null;
  }
}

function printableOrNull(text: string | undefined): string | null {
  return text === undefined ? null : printable(text);
}
