import { type Commitment, canonicalBytes, commitmentAlg, digestOf } from '#canonical';
import { hiddenMembers } from '../disclosure/sd-names.js';
import { parseLedgerEdge } from '../statements/ledger-edge.js';
import type { PlanView, PlanViewTask } from '../statements/plan-view.js';
import type { EdgeCommitment, StepPredicate } from '../statements/step.js';
import type { Session } from './session.js';
import type { CheckDetail, StageChecks } from './stage-checks.js';

/*
 * A chain of valid attestations over unrelated data proves nothing. Here every value that a step read is traced to the
 * step, the run input or the ledger state that it came from, and nothing may come from elsewhere.
 */

/** Each input equals what its producer gave; each output is one of the plan. */
export function checkEdges(session: Session, checks: StageChecks): void {
  for (const { predicate } of session.steps) {
    const task = session.plan?.tasks.find(({ id }) => id === predicate.stepId) ?? null;
    if (session.plan !== null && task === null) {
      checks.fail('BND-EDGE-001', 'task of the plan', 'STEP_NOT_PLANNED', { step: predicate.stepId });
    }
    if (task !== null) {
      checkTask(checks, predicate, task);
      checkPorts(session, checks, predicate, task);
    }
    for (const input of predicate.inputs) checkInput(session, checks, predicate, input);
    checkPublicValues(checks, predicate);
  }
  checkAcyclic(session, checks);
}

function checkTask(checks: StageChecks, predicate: StepPredicate, task: PlanViewTask): void {
  const same = predicate.operation === task.operation && predicate.kind === task.kind;
  checks.passIf(same, 'BND-EDGE-001', 'operation as planned', 'STEP_NOT_PLANNED', {
    step: predicate.stepId,
    expected: `${task.operation} (${task.kind})`,
    actual: `${predicate.operation} (${predicate.kind})`,
  });
  for (const [fact, values] of task.facts) {
    const stated = predicate.public[fact];
    if (stated === undefined && hiddenMembers(predicate.public) > 0) {
      checks.withheld('BND-EDGE-002', `fact ${fact}`, 'FIELD_WITHHELD', { step: predicate.stepId });
      continue;
    }
    const known = typeof stated === 'string' && values.includes(stated);
    checks.passIf(known, 'BND-EDGE-002', `fact ${fact}`, 'FACT_INVALID', {
      step: predicate.stepId,
      expected: values.join(' | '),
    });
  }
}

function checkPorts(
  session: Session,
  checks: StageChecks,
  predicate: StepPredicate,
  task: PlanViewTask,
): void {
  const about = { step: predicate.stepId };
  const id = 'BND-EDGE-003';
  for (const planned of task.inputs) {
    const actual = predicate.inputs.find(({ port }) => port === planned.port);
    if (actual === undefined) {
      // An optional input may be absent only because nobody made it.
      const made = producedOn(session, planned.edge);
      const absence = session.absence(splitEdge(planned.edge)[0]);
      if (planned.optional && absence !== null) {
        notShown(checks, absence, id, `absent input ${planned.port}`, { ...about, expected: planned.edge });
      } else if (!planned.optional || made) {
        checks.fail(id, `input ${planned.port}`, 'EDGE_NOT_COVERED', {
          ...about,
          expected: planned.edge,
          actual: 'no such input',
        });
      }
      continue;
    }
    const covered = actual.edge === planned.edge;
    checks.passIf(covered, id, `input ${planned.port} as planned`, 'EDGE_NOT_PLANNED', {
      ...about,
      expected: planned.edge,
      actual: actual.edge,
    });
    checkAlg(checks, predicate, planned.alg, actual);
  }
  for (const input of predicate.inputs) {
    const known = task.inputs.some(({ port }) => port === input.port);
    const state = task.ledgerState && parseLedgerEdge(input.edge) !== null;
    if (!known && !state)
      checks.fail(id, `input ${input.port}`, 'EDGE_NOT_PLANNED', { ...about, actual: input.edge });
  }
  for (const output of predicate.outputs) {
    const planned = task.outputs.find(({ port }) => port === output.port);
    const covered =
      planned !== undefined &&
      planned.edge === output.edge &&
      output.edge === `${predicate.stepId}/${output.port}`;
    checks.passIf(covered, id, `output ${output.port} as planned`, 'EDGE_NOT_PLANNED', {
      ...about,
      actual: output.edge,
    });
    if (planned !== undefined) checkAlg(checks, predicate, planned.alg, output);
  }
  for (const planned of task.outputs) {
    const given = predicate.outputs.some(({ port }) => port === planned.port);
    const owed = planned.presentWhen === null ? true : factHolds(predicate, planned.presentWhen);
    if (owed === null) {
      checks.withheld(id, `output ${planned.port}`, 'FIELD_WITHHELD', about);
    } else if (given !== owed) {
      const expected = owed ? 'an output' : 'no output under this outcome';
      checks.fail(id, `output ${planned.port}`, 'EDGE_NOT_COVERED', { ...about, expected });
    }
  }
}

/** The condition of an output reads a fact of its own task; null when that is withheld. */
function factHolds(
  predicate: StepPredicate,
  condition: { readonly field: string; readonly in: readonly string[] },
): boolean | null {
  const fact = condition.field.slice(condition.field.lastIndexOf('/') + 1);
  const value = Object.hasOwn(predicate.public, fact) ? predicate.public[fact] : undefined;
  if (value === undefined && hiddenMembers(predicate.public) > 0) return null;
  return typeof value === 'string' && condition.in.includes(value);
}

/** A secret value behind a bare digest could be found by trial, so the plan says which form each edge takes. */
function checkAlg(
  checks: StageChecks,
  predicate: StepPredicate,
  planned: string,
  edge: EdgeCommitment,
): void {
  const expected = planned === 'public' ? 'digest' : planned;
  const actual = commitmentAlg(edge.commitment);
  checks.passIf(
    actual === expected,
    'BND-EDGE-004',
    `commitment of ${edge.edge}`,
    'COMMITMENT_ALG_MISMATCH',
    { step: predicate.stepId, expected, actual },
  );
}

function checkInput(
  session: Session,
  checks: StageChecks,
  predicate: StepPredicate,
  input: EdgeCommitment,
): void {
  const about = { step: predicate.stepId, expected: input.commitment };
  const id = 'BND-EDGE-005';
  const title = `origin of ${input.edge}`;
  if (parseLedgerEdge(input.edge) !== null) return;
  const [producer, port] = splitEdge(input.edge);
  const compare = (found: Commitment | null, missing: string): void => {
    if (found === null) checks.fail(id, title, missing, about);
    else
      checks.passIf(found === input.commitment, id, title, 'EDGE_COMMITMENT_MISMATCH', {
        ...about,
        actual: found,
      });
  };
  if (producer === 'inputs') {
    const found = session.root.inputs.find(({ name, edge }) => name === port && edge === input.edge);
    compare(found?.commitment ?? null, 'EDGE_PRODUCER_MISSING');
    return;
  }
  const step = session.step(producer);
  if (step !== null) {
    const found = step.predicate.outputs.find(({ edge }) => edge === input.edge);
    compare(found?.commitment ?? null, 'EDGE_PRODUCER_MISSING');
    return;
  }
  const absence = session.absence(producer);
  if (absence === null) compare(null, 'EDGE_PRODUCER_MISSING');
  else notShown(checks, absence, id, title, about);
}

/** A check that reads a statement which is not in the bundle. */
export function notShown(
  checks: StageChecks,
  absence: 'withheld' | 'missing',
  id: string,
  title: string,
  detail: CheckDetail,
): void {
  if (absence === 'withheld') checks.withheld(id, title, 'EDGE_PRODUCER_WITHHELD', detail);
  else checks.fail(id, title, 'STEP_MISSING', detail);
}

function producedOn(session: Session, edge: string): boolean {
  const [producer, port] = splitEdge(edge);
  if (producer === 'inputs') return session.root.inputs.some(({ name }) => name === port);
  return session.step(producer)?.predicate.outputs.some((output) => output.edge === edge) ?? false;
}

/** A public fact that is named like an output opens that output's digest: the canonical bytes of the value. */
function checkPublicValues(checks: StageChecks, predicate: StepPredicate): void {
  for (const { port, commitment } of predicate.outputs) {
    if (commitmentAlg(commitment) !== 'digest' || !Object.hasOwn(predicate.public, port)) continue;
    const actual = digestOf(canonicalBytes(predicate.public[port] ?? null));
    checks.passIf(actual === commitment, 'BND-EDGE-006', `public value of ${port}`, 'PUBLIC_VALUE_MISMATCH', {
      step: predicate.stepId,
      expected: commitment,
      actual,
    });
  }
}

/** Kahn's algorithm over the edges that the statements name, whatever the plan says. */
function checkAcyclic(session: Session, checks: StageChecks): void {
  const waiting = new Map(
    session.steps.map(({ predicate }) => [
      predicate.stepId,
      new Set(predicate.inputs.map(({ edge }) => splitEdge(edge)[0])),
    ]),
  );
  for (let progress = true; progress; ) {
    progress = false;
    for (const [id, producers] of waiting) {
      if ([...producers].some((producer) => waiting.has(producer))) continue;
      waiting.delete(id);
      progress = true;
    }
  }
  checks.passIf(waiting.size === 0, 'BND-EDGE-007', 'no cycle among the steps', 'EDGE_CYCLE', {
    actual: [...waiting.keys()].join(', '),
  });
}

/** The run's inputs and outputs are those that the plan names, and come from its steps. */
export function checkRunValues(session: Session, plan: PlanView, checks: StageChecks): void {
  const names = session.root.inputs.map(({ name }) => name).sort();
  const id = 'BND-EDGE-008';
  const same = names.join() === [...plan.inputNames].sort().join();
  checks.passIf(same, id, 'run inputs as planned', 'RUN_INPUT_MISMATCH', {
    expected: plan.inputNames.join(', '),
    actual: names.join(', '),
  });
  for (const { name, edge, commitment } of session.root.outputs) {
    const [producer] = splitEdge(edge);
    const step = session.step(producer);
    const absence = session.absence(producer);
    if (absence !== null) {
      // That the plan knows no such output needs no statement.
      if (plan.outputs.get(name) === edge)
        notShown(checks, absence, id, `run output ${name}`, { actual: edge });
      else checks.fail(id, `run output ${name}`, 'RUN_OUTPUT_MISMATCH', { actual: edge });
      continue;
    }
    const made = step?.predicate.outputs.find((output) => output.edge === edge)?.commitment;
    const holds = plan.outputs.get(name) === edge && made === commitment;
    checks.passIf(holds, id, `run output ${name}`, 'RUN_OUTPUT_MISMATCH', {
      expected: made ?? 'no such output',
      actual: commitment,
    });
  }
  for (const [name, edge] of plan.outputs) {
    const listed = session.root.outputs.some((output) => output.name === name);
    if (!listed && producedOn(session, edge)) {
      checks.fail(id, `run output ${name}`, 'RUN_OUTPUT_MISMATCH', {
        expected: `${edge} listed`,
        actual: 'left out',
      });
    }
  }
}

export function splitEdge(edge: string): [producer: string, port: string] {
  const slash = edge.indexOf('/');
  return slash < 0 ? [edge, ''] : [edge.slice(0, slash), edge.slice(slash + 1)];
}
