import { TrustedRoot } from '@sigstore/protobuf-specs';
import { isJsonObject, type Json, type JsonObject, parseJsonStrict } from '#canonical';
import { ProvenanceError } from './provenance-error.js';

/*
 * The trusted root is what a relying party believes of Sigstore without proof: certificate authorities, logs and
 * timestamp authorities, each with the time for which it counts. It comes from the caller and never from the bundle.
 */

const trustedRootBytesMax = 1024 * 1024;
const partiesMax = 64;

/**
 * Reads a Sigstore trusted root (`application/vnd.dev.sigstore.trustedroot+json`). Raises `TRUSTED_ROOT_MALFORMED`.
 *
 * The window of validity is checked here: the library takes a window without a start as one since ever, so that a key
 * could sign for times before it existed.
 */
export function parseTrustedRoot(bytes: Uint8Array): TrustedRoot {
  let document: Json;
  try {
    document = parseJsonStrict(bytes, { bytesMax: trustedRootBytesMax });
  } catch (error) {
    throw malformed(error instanceof Error ? error.message : 'not JSON');
  }
  if (!isJsonObject(document)) throw malformed('expected a JSON object');
  for (const list of ['tlogs', 'ctlogs'] as const) {
    for (const [index, party] of parties(document, list).entries())
      requireStart(party['publicKey'], `${list}[${index}].publicKey`);
  }
  for (const list of ['certificateAuthorities', 'timestampAuthorities'] as const) {
    for (const [index, party] of parties(document, list).entries()) requireStart(party, `${list}[${index}]`);
  }
  try {
    return TrustedRoot.fromJSON(document);
  } catch (error) {
    throw malformed(error instanceof Error ? error.message : 'not a trusted root');
  }
}

function parties(document: JsonObject, list: string): JsonObject[] {
  const given = document[list];
  if (given === undefined) return [];
  if (!Array.isArray(given) || given.length > partiesMax || !given.every(isJsonObject))
    throw malformed(`${list}: expected at most ${partiesMax} objects`);
  return given as JsonObject[];
}

function requireStart(holder: Json | undefined, where: string): void {
  const validFor = isJsonObject(holder ?? null) ? (holder as JsonObject)['validFor'] : undefined;
  const start = isJsonObject(validFor ?? null) ? (validFor as JsonObject)['start'] : undefined;
  if (typeof start !== 'string' || Number.isNaN(Date.parse(start)))
    throw malformed(
      `${where}.validFor.start: expected a time, got ${start === undefined ? 'none' : 'another value'}`,
    );
}

function malformed(what: string): ProvenanceError {
  return new ProvenanceError('TRUSTED_ROOT_MALFORMED', `trusted root: ${what}`);
}
