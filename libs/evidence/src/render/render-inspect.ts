import type { JsonObject } from '#canonical';
import { shownMembers } from '../disclosure/sd-names.js';
import { withheldText } from '../disclosure/withheld-text.js';
import { EvidenceError } from '../evidence-error.js';
import { printable } from '../field-reader.js';
import { parseLogProof } from '../tlog/log-proof.js';
import { type OpenedBundle, parseStage, schemaStage } from '../verify/open-bundle.js';
import { StageChecks } from '../verify/stage-checks.js';
import { isFailure } from '../verify/verdict.js';

/** What is in a bundle, by name and digest. Nothing of it is verified, and the first line says so. */
export function renderInspect(bytes: Uint8Array): string {
  const checks = new StageChecks('schema');
  const document = parseStage(bytes, checks);
  const opened = document === null ? null : schemaStage(document, checks);
  const lines = opened === null ? unreadable(checks) : readableLines(opened, document);
  return `${lines.map(printable).join('\n')}\n`;
}

function unreadable(checks: StageChecks): string[] {
  const found = checks.checks.find(isFailure);
  return [`Not a bundle: ${found?.reason ?? 'UNKNOWN'}  ${found?.title ?? ''}  ${found?.actual ?? ''}`];
}

function readableLines(opened: OpenedBundle, document: JsonObject | null): string[] {
  const { root, bundle, steps } = opened;
  const lines = [
    'Contents only; nothing below is verified.',
    `run        ${root.runId} "${root.workflow.name ?? withheldText} v${root.workflow.version ?? withheldText}" ${root.status} ${root.reason ?? withheldText}`,
    `period     ${root.period.start} .. ${root.period.end} (${root.period.clockSource})`,
    `root       ${bundle.root.digest} signed by ${root.orchestratorKey}`,
    ...(root.previousRun === null ? [] : [`repeats    the run with root ${root.previousRun}`]),
    `plan       ${root.planDigest}`,
    `definition ${root.workflow.definitionDigest}`,
    `policy     ${root.policy}`,
    `members    ${Object.keys(document ?? {})
      .sort()
      .join(', ')}`,
    '',
    'inputs',
    ...root.inputs.map(({ name, commitment }) => `  ${name}  ${commitment}`),
    'outputs',
    ...root.outputs.map(({ name, edge, commitment }) => `  ${name}  ${edge}  ${commitment}`),
    '',
    `tasks (${steps.length} of ${root.steps.count} statements in the file)`,
    ...root.tasks.map(
      ({ taskId, status, index }) => `  ${taskId}  ${status}${index === null ? '' : `  leaf ${index}`}`,
    ),
  ];
  for (const { predicate, envelope } of steps) {
    lines.push(
      '',
      `step ${predicate.stepId}  ${predicate.kind}  ${predicate.operation}  attempt ${predicate.attempt}`,
    );
    lines.push(`  statement  ${envelope.digest}`);
    lines.push(
      `  executor   ${predicate.executor.id ?? withheldText}  key ${predicate.executor.key}  software ${predicate.executor.softwareDigest}`,
    );
    lines.push(`  time       ${predicate.startedAt} .. ${predicate.endedAt}`);
    lines.push(`  claims     ${predicate.assurance.integrity} · ${predicate.assurance.confidentiality}`);
    for (const { port, edge, commitment } of predicate.inputs)
      lines.push(`  in         ${port} <- ${edge}  ${commitment}`);
    for (const { port, edge, commitment } of predicate.outputs)
      lines.push(`  out        ${port} -> ${edge}  ${commitment}`);
    for (const [name, value] of shownMembers(predicate.public))
      lines.push(`  public     ${name} = ${short(value)}`);
    for (const { edge, recipients } of predicate.sealing.readers) {
      lines.push(
        `  readers    ${edge}: ${recipients.map(({ role, kid }) => `${role} (${kid.slice(0, 15)}...)`).join(', ')}`,
      );
    }
  }
  lines.push('', 'blobs');
  for (const [digest, { mediaType, size, bytes }] of bundle.blobs) {
    lines.push(`  ${digest}  ${size} B  ${mediaType}${bytes === null ? '  (detached)' : ''}`);
  }
  lines.push('', ...logLines(opened));
  return lines;
}

function logLines({ bundle }: OpenedBundle): string[] {
  if (bundle.log.length === 0) return ['log        pending: no entry'];
  return bundle.log.map(({ origin, proof }) => {
    try {
      const { index, checkpoint, note } = parseLogProof(proof);
      return `log        ${origin}  entry ${index} of ${checkpoint.size}, ${note.signatures.length} signature lines`;
    } catch (error) {
      if (error instanceof EvidenceError) return `log        ${origin}  ${error.message}`;
      throw error;
    }
  });
}

function short(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 100 ? `${text.slice(0, 97)}...` : text;
}
