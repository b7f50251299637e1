import { blobReferences } from '../bundle/references.js';
import type { Statement } from '../statements/statement.js';
import type { Session } from '../verify/session.js';
import type { WithheldPart } from '../verify/verdict.js';
import { hiddenPlaces } from './disclosable.js';

/** What the bundle speaks of, proves to exist and does not hold, in the order of the run. */
export function withheldParts(session: Session): WithheldPart[] {
  return [...steps(session), ...fields(session), ...blobs(session), ...appraisals(session)];
}

function fields({ rootStatement, steps: shown }: Session): WithheldPart[] {
  return [
    ...fieldsOf('root', rootStatement),
    ...shown.flatMap(({ predicate, statement }) => fieldsOf(`step ${predicate.stepId}`, statement)),
  ];
}

/** Names stand in the disclosures. Where the format has no others, those that are absent are those that are withheld. */
function fieldsOf(owner: string, statement: Statement): WithheldPart[] {
  return hiddenPlaces(statement).flatMap(({ path, count, names, open }) => {
    const where = `digest in ${[...path, '_sd'].join('.')}, which ${owner} signs`;
    const known = !open && names.length === count;
    const what = known
      ? names.map((name) => `${owner} ${[...path, name].join('.')}`)
      : Array.from({ length: count }, () => `${owner} a member of ${path.join('.') || 'the statement'}`);
    return what.map((text) => ({ kind: 'field', what: text, where }));
  });
}

function steps({ root, withheldTasks }: Session): WithheldPart[] {
  return root.tasks
    .filter(({ taskId }) => withheldTasks.has(taskId))
    .map(({ taskId, index }) => ({
      kind: 'step',
      what: taskId,
      where: `leaf ${index} of the step tree, which the root signs`,
    }));
}

function blobs(session: Session): WithheldPart[] {
  const references = blobReferences(
    session.root,
    session.steps.map(({ predicate }) => predicate),
    (digest) => session.bundle.blobs.get(digest)?.bytes ?? null,
    [...session.collateral.values()].flat(),
  );
  return references
    .filter(({ digest }) => session.isDetached(digest))
    .map(({ digest, mediaType, by }) => ({
      kind: 'blob',
      what: `${digest} (${mediaType})`,
      where: `named by ${by}`,
    }));
}

function appraisals({ root, bundle }: Session): WithheldPart[] {
  return bundle.withheldAppraisals
    .filter((digest) => root.appraisals.includes(digest))
    .map((digest) => ({
      kind: 'appraisal',
      what: digest,
      where: `appraisal ${root.appraisals.indexOf(digest) + 1} that the root lists`,
    }));
}
