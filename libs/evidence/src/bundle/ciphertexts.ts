import { type Digest, parseJsonStrict } from '#canonical';
import { statementOf } from '../dsse/envelope.js';
import { FieldReader } from '../field-reader.js';
import { parseStepPredicate, stepPredicateType } from '../statements/step.js';
import { parseStepEvidence } from '../statements/step-evidence.js';
import { bundleLimits } from './bundle-limits.js';
import { readContainer } from './container.js';

/** More than any run of a ledger adds; whoever fetches by this list must not be made to fetch for ever. */
const digestsMax = 1024;

/**
 * The ciphertexts that the shown FHE steps of a bundle worked on and that it does not carry: what a replay needs.
 * Nothing is verified here; whoever fetches compares the digests. Raises what reading a bundle raises.
 */
export function ciphertextsToReplay(bytes: Uint8Array): Digest[] {
  const document = parseJsonStrict(bytes, bundleLimits);
  const bundle = readContainer(FieldReader.of(document, 'bundle', 'BUNDLE_MALFORMED').value);
  const digests = bundle.steps.flatMap((envelope) => {
    const step = parseStepPredicate(statementOf(envelope, stepPredicateType).predicate);
    const evidence = parseStepEvidence(step);
    return evidence.by === 'fhe' ? evidence.evidence.ops.flatMap((op) => op.in) : [];
  });
  return [...new Set(digests)]
    .filter((digest) => (bundle.blobs.get(digest)?.bytes ?? null) === null)
    .slice(0, digestsMax);
}
