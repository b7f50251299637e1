import { canonicalBytes, digestOf, type Json } from '#canonical';
import { ApiError } from '#contracts';

const DIGEST_CHARS = 32;

/**
 * AIP-154: a strong etag, in the quotes of RFC 9110. It is made of what is shown, so that whoever sends it back says
 * exactly which state was decided upon.
 */
export function etagOf(shown: Json): string {
  const prefix = 'sha256:'.length;
  return `"${digestOf(canonicalBytes(shown)).slice(prefix, prefix + DIGEST_CHARS)}"`;
}

/** An empty etag asks for nothing. `what` names the resource, e.g. `workflow credit`. */
export function requireSameEtag(given: string, now: string, what: string): void {
  if (given === '' || given === now) return;
  throw new ApiError(
    'ETAG_MISMATCH',
    `etag: expected ${now}, as ${what} is now, got another: read it again and decide again`,
    { facts: { etag: now, resource: what } },
  );
}
