import { blobReferences } from '../bundle/references.js';
import type { Session } from '../verify/session.js';
import type { WithheldPart } from '../verify/verdict.js';

/** What the bundle speaks of, proves to exist and does not hold, in the order of the run. */
export function withheldParts(session: Session): WithheldPart[] {
  return [...steps(session), ...blobs(session), ...appraisals(session)];
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
