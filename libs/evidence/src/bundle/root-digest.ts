import { type Digest, parseJsonStrict } from '#canonical';
import { FieldReader } from '../field-reader.js';
import { bundleLimits } from './bundle-limits.js';
import { readContainer } from './container.js';

/** What names a bundle, whatever was withheld from it or added to it since: the digest of its root statement. */
export function rootDigest(bundle: Uint8Array): Digest {
  const document = parseJsonStrict(bundle, bundleLimits);
  return readContainer(FieldReader.of(document, 'bundle', 'BUNDLE_MALFORMED').value).root.digest;
}
