import { isJsonObject, parseJsonStrict } from '#canonical';
import { bundleLimits } from '../bundle/bundle-limits.js';
import { readContainer } from '../bundle/container.js';
import { withheldText } from '../disclosure/withheld-text.js';
import { statementOf } from '../dsse/envelope.js';
import { printable } from '../field-reader.js';
import { parseRootPredicate, rootPredicateType } from '../statements/root.js';
import { parseStepPredicate, stepPredicateType } from '../statements/step.js';
import { type BundleVerdict, isFailure } from '../verify/verdict.js';

/*
 * A bundle as flat rows, for reports and for comparing two of them. Rows of the topics `verdict`, `withheld`, `check`,
 * `assurance`, `not proven` and `not checked` are what the verifier established. All others repeat what the statements say, and are
 * worth what the verdict is worth.
 */

export interface Fact {
  readonly topic: string;
  readonly name: string;
  readonly value: string;
}

export function factsOf(bytes: Uint8Array, verdict: BundleVerdict): Fact[] {
  const facts = [...verdictFacts(verdict), ...statementFacts(bytes)];
  return facts.map(({ topic, name, value }) => ({ topic, name: printable(name), value: printable(value) }));
}

function verdictFacts(verdict: BundleVerdict): Fact[] {
  const { asOf, log, steps } = verdict;
  return [
    fact('verdict', 'outcome', verdict.outcome),
    fact('verdict', 'exit code', verdict.exitCode),
    fact('verdict', 'reason', verdict.reason ?? ''),
    fact('verdict', 'as of', asOf === null ? '' : `${asOf.time} by ${asOf.source}`),
    fact('verdict', 'simulated', verdict.simulated),
    fact('verdict', 'steps withheld', verdict.withheld),
    fact('verdict', 'log', log === null ? '' : `${log.origin} entry ${log.index}`),
    fact('verdict', 'witnesses', log?.witnesses.join(' ') ?? ''),
    ...verdict.withheldParts.map(({ kind, what, where }) => fact('withheld', `${kind} ${what}`, where)),
    ...steps.map(({ stepId, integrity, confidentiality, anchor, keyHolder }) =>
      fact('assurance', stepId, `${integrity} ${confidentiality}; rests on: ${anchor}; keys: ${keyHolder}`),
    ),
    ...verdict.stages.flatMap(({ name, checks }) =>
      checks
        .filter((check) => isFailure(check) || check.result === 'warn')
        .map(({ id, title, result, reason, expected, actual }) =>
          fact(
            'check',
            `${name} ${id} ${title}`,
            `${result} ${reason ?? ''}; expected ${expected ?? '-'}; got ${actual ?? '-'}`,
          ),
        ),
    ),
    ...verdict.notProven.map((text, index) => fact('not proven', `${index + 1}`, text)),
    ...verdict.notChecked.map((text, index) => fact('not checked', `${index + 1}`, text)),
  ];
}

/** Nothing for a file that is no bundle: the verdict has said so. */
function statementFacts(bytes: Uint8Array): Fact[] {
  try {
    const document = parseJsonStrict(bytes, bundleLimits);
    if (!isJsonObject(document)) return [];
    const bundle = readContainer(document);
    const root = parseRootPredicate(statementOf(bundle.root, rootPredicateType).predicate);
    return [
      fact('run', 'id', root.runId),
      fact('run', 'root', bundle.root.digest),
      ...(root.previousRun === null ? [] : [fact('run', 'root of the run before', root.previousRun)]),
      fact(
        'run',
        'workflow',
        `${root.workflow.name ?? withheldText} v${root.workflow.version ?? withheldText}`,
      ),
      fact('run', 'definition', root.workflow.definitionDigest),
      fact('run', 'status', root.status),
      fact('run', 'reason', root.reason ?? withheldText),
      fact('run', 'start', root.period.start),
      fact('run', 'end', root.period.end),
      fact('plan', 'digest', root.planDigest),
      fact('policy', 'digest', root.policy),
      ...root.inputs.map(({ name, commitment }) => fact('input', name, commitment)),
      ...root.outputs.map(({ name, commitment }) => fact('output', name, commitment)),
      ...(root.models ?? []).map(({ name, version, weightsDigest }) =>
        fact('model', name, `v${version} ${weightsDigest}`),
      ),
      ...root.tasks.map(({ taskId, status }) => fact('task', taskId, status)),
      ...bundle.steps.flatMap((envelope) => {
        const step = parseStepPredicate(statementOf(envelope, stepPredicateType).predicate);
        return [
          fact('step', `${step.stepId} kind`, `${step.kind} ${step.operation}`),
          fact('step', `${step.stepId} executor`, step.executor.id ?? withheldText),
          fact('step', `${step.stepId} measurement`, step.executor.softwareDigest),
        ];
      }),
    ];
  } catch {
    return [];
  }
}

function fact(topic: string, name: string, value: string | number | boolean): Fact {
  return { topic, name, value: String(value) };
}
