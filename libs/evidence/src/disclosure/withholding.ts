import { type Digest, isDigest } from '#canonical';
import { EvidenceError } from '../evidence-error.js';
import { shown } from '../field-reader.js';

/**
 * One part that is to be withheld, as a person writes it: `step:ID`, `blob:sha256:HEX`, `field:root/PATH` or
 * `field:step/ID/PATH`, e.g. `field:step/score/public.decision`.
 */
export type Withholding =
  | { readonly kind: 'step'; readonly taskId: string }
  | { readonly kind: 'blob'; readonly digest: Digest }
  | { readonly kind: 'field'; readonly owner: FieldOwner; readonly path: string };

/** Null: the root. */
export type FieldOwner = string | null;

/** Raises `REDACTION_INVALID`. */
export function parseWithholding(text: string): Withholding {
  const colon = text.indexOf(':');
  const [kind, name] = [text.slice(0, colon), text.slice(colon + 1)];
  if (kind === 'step' && name !== '') return { kind, taskId: name };
  if (kind === 'blob' && isDigest(name)) return { kind, digest: name };
  const [, taskId, path] = (kind === 'field' && /^(?:root|step\/([^/]+))\/(.+)$/.exec(name)) || [];
  if (path !== undefined) return { kind: 'field', owner: taskId ?? null, path };
  throw new EvidenceError(
    'REDACTION_INVALID',
    `what to withhold: expected step:ID, blob:sha256:<64 hex digits>, field:root/PATH or field:step/ID/PATH, got ${shown(text)}`,
  );
}
