import { type Digest, isDigest, isJsonObject, type Json, parseJsonStrict } from '#canonical';
import { ProvenanceError } from './provenance-error.js';

/** One artifact that a statement speaks of. */
export interface ProvenanceSubject {
  readonly name: string;
  /** Null when the statement names it by other algorithms only. */
  readonly sha256: Digest | null;
}

const inTotoPayloadType = 'application/vnd.in-toto+json';
const subjectsMax = 1024;

/**
 * Reads what an in-toto statement speaks of, versions 0.1 and 1. The envelope's signature was verified before.
 * Raises `PROVENANCE_MALFORMED`.
 */
export function readSubjects(envelope: { readonly payloadType: string; readonly payload: Uint8Array }): {
  readonly predicateType: string;
  readonly subjects: readonly ProvenanceSubject[];
} {
  if (envelope.payloadType !== inTotoPayloadType) throw malformed(`payload type is not ${inTotoPayloadType}`);
  const statement = parseJsonStrict(new Uint8Array(envelope.payload));
  if (!isJsonObject(statement)) throw malformed('the statement is no JSON object');
  const { subject, predicateType } = statement;
  if (typeof predicateType !== 'string') throw malformed('predicateType is no text');
  if (!Array.isArray(subject) || subject.length === 0 || subject.length > subjectsMax)
    throw malformed(`expected 1 to ${subjectsMax} subjects`);
  return { predicateType, subjects: subject.map(subjectOf) };
}

function subjectOf(entry: Json): ProvenanceSubject {
  if (!isJsonObject(entry) || !isJsonObject(entry['digest'] ?? null))
    throw malformed('a subject has no digest');
  const { name, digest } = entry;
  const value = (digest as Record<string, Json>)['sha256'];
  const sha256 = `sha256:${typeof value === 'string' ? value : ''}`;
  return { name: typeof name === 'string' ? name : '', sha256: isDigest(sha256) ? sha256 : null };
}

function malformed(what: string): ProvenanceError {
  return new ProvenanceError('PROVENANCE_MALFORMED', `statement: ${what}`);
}
