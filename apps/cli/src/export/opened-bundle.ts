import { isJsonObject, parseJsonStrict } from '#canonical';
import { type Bundle, bundleLimits, readContainer } from '#evidence';
import { exitCode, UsageError } from '../output/failure.js';

/** Takes a bundle apart for an export. Raises UsageError for what is none. */
export function opened(bundle: Uint8Array): Bundle {
  const document = parseJsonStrict(bundle, bundleLimits);
  if (!isJsonObject(document))
    throw new UsageError('expected an evidence bundle, got no object', exitCode.malformed);
  return readContainer(document);
}
