import { type Digest, isDigest } from '#canonical';
import { EvidenceError } from '../evidence-error.js';
import { shown } from '../field-reader.js';

/** One part that is to be withheld, as a person writes it: `step:ID` or `blob:sha256:HEX`. */
export type Withholding =
  | { readonly kind: 'step'; readonly taskId: string }
  | { readonly kind: 'blob'; readonly digest: Digest };

/** Raises `REDACTION_INVALID`. */
export function parseWithholding(text: string): Withholding {
  const colon = text.indexOf(':');
  const [kind, name] = [text.slice(0, colon), text.slice(colon + 1)];
  if (kind === 'step' && name !== '') return { kind, taskId: name };
  if (kind === 'blob' && isDigest(name)) return { kind, digest: name };
  throw new EvidenceError(
    'REDACTION_INVALID',
    `what to withhold: expected step:ID or blob:sha256:<64 hex digits>, got ${shown(text)}`,
  );
}
