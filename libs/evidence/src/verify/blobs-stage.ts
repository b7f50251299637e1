import { digestOf } from '#canonical';
import { blobReferences } from '../bundle/references.js';
import type { Session } from './session.js';
import type { StageChecks } from './stage-checks.js';

/** Stage 3: every blob has the bytes that its name says, and every blob that is needed is there. */
export function blobsStage(session: Session, checks: StageChecks): void {
  const { blobs } = session.bundle;
  for (const [digest, { bytes, size }] of blobs) {
    if (bytes === null) continue;
    const actual = digestOf(bytes);
    if (actual !== digest) {
      checks.fail('BND-BLOB-001', 'bytes of a blob', 'BLOB_DIGEST_MISMATCH', { expected: digest, actual });
    } else if (bytes.length !== size) {
      const detail = { expected: `${size} bytes`, actual: `${bytes.length} bytes`, evidence: [digest] };
      checks.fail('BND-BLOB-002', 'size of a blob', 'BLOB_SIZE_MISMATCH', detail);
    }
  }
  const references = blobReferences(
    session.root,
    session.steps.map(({ predicate }) => predicate),
    (digest) => blobs.get(digest)?.bytes ?? null,
    [...session.collateral.values()].flat(),
  );
  for (const { digest, mediaType, needed, by } of references) {
    const blob = blobs.get(digest);
    const detail = { expected: mediaType, evidence: [digest] };
    if (blob === undefined) {
      if (needed) checks.fail('BND-BLOB-003', `blob that ${by} refers to`, 'BLOB_MISSING', detail);
    } else if (blob.mediaType !== mediaType) {
      const actual = blob.mediaType;
      checks.fail('BND-BLOB-004', `type of a blob of ${by}`, 'BLOB_MEDIA_TYPE_MISMATCH', {
        ...detail,
        actual,
      });
    } else if (blob.bytes === null && needed) {
      checks.withheld('BND-BLOB-003', `blob that ${by} refers to`, 'BLOB_DETACHED', detail);
    }
  }
  const known = new Set<string>(references.map(({ digest }) => digest));
  const strangers = [...blobs.keys()].filter((digest) => !known.has(digest));
  if (strangers.length > 0) {
    checks.warn('BND-BLOB-005', 'blobs that nothing refers to', 'BLOB_UNREFERENCED', { evidence: strangers });
  }
  checks.pass('BND-BLOB-006', `${blobs.size} blobs looked at`);
}
