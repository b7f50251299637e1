import { canonicalize, type Digest, digestOf, toJson } from '#canonical';
import type { Session } from './session.js';
import type { StageChecks } from './stage-checks.js';

/**
 * Who could open what. Executors sign the recipients of every envelope they made; the root repeats them, and each
 * key that is not the client's is traced to evidence that came with the run.
 */
export function checkReaders(session: Session, checks: StageChecks): void {
  for (const { predicate } of session.steps) {
    const own = new Set(predicate.outputs.map(({ edge }) => edge));
    for (const readers of predicate.sealing.readers) {
      const about = { step: predicate.stepId, actual: readers.edge };
      checks.passIf(
        own.has(readers.edge),
        'BND-READ-001',
        'readers of an own output',
        'READERS_MISMATCH',
        about,
      );
      const listed = session.root.readers.find(({ edge }) => edge === readers.edge);
      const same = listed !== undefined && text(listed.recipients) === text(readers.recipients);
      checks.passIf(same, 'BND-READ-002', `readers of ${readers.edge} as listed`, 'READERS_MISMATCH', {
        step: predicate.stepId,
      });
    }
  }
  const vouched = vouchedKeys(session);
  for (const { edge, recipients } of session.root.readers) {
    for (const { role, kid } of recipients) {
      if (role === 'client' || vouched.has(kid)) continue;
      checks.warn('BND-READ-003', `reader ${role} of ${edge}`, 'READER_UNAPPRAISED', {
        expected: 'a sealing key of evidence in this bundle',
        actual: kid,
      });
    }
  }
  checks.pass('BND-READ-004', `readers of ${session.root.readers.length} sealed edges listed`);
}

/** Sealing keys of packages that were appraised and accepted. */
function vouchedKeys(session: Session): Set<Digest> {
  const keys = new Set<Digest>();
  const packages = session.steps.flatMap(({ evidence }) =>
    evidence.by === 'human' ? [] : [evidence.evidence.package],
  );
  for (const digest of new Set([...packages, ...session.root.offers.map((offer) => offer.package)])) {
    const appraisal = session.appraisal(digest);
    if (appraisal?.accepted !== true) continue;
    for (const { publicKey } of appraisal.binding?.sealKeys ?? []) keys.add(digestOf(publicKey));
  }
  return keys;
}

function text(recipients: readonly { readonly role: string; readonly kid: Digest }[]): string {
  return canonicalize(toJson(recipients));
}
