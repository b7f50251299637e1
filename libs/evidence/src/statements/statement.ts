import { type Commitment, canonicalBytes, type Json, type JsonObject } from '#canonical';
import { EvidenceError } from '../evidence-error.js';
import { FieldReader } from '../field-reader.js';

/** in-toto Attestation Framework, Statement v1. */
export const statementType = 'https://in-toto.io/Statement/v1';

export interface Subject {
  readonly name: string;
  /** Algorithm name to value: `sha256`, `commit-sha256` or `commit-poseidon-bn254`, lower-case hex. */
  readonly digest: Readonly<Record<string, string>>;
}

export interface Statement {
  readonly subject: readonly Subject[];
  readonly predicateType: string;
  readonly predicate: JsonObject;
}

const subjectsMax = 256;

/** The bytes that are signed: canonical JSON, so that two writers of one statement make one digest. */
export function statementBytes(statement: Statement): Uint8Array {
  return canonicalBytes({
    _type: statementType,
    subject: statement.subject.map(({ name, digest }) => ({ name, digest: { ...digest } })),
    predicateType: statement.predicateType,
    predicate: statement.predicate,
  });
}

export function parseStatement(value: Json): Statement {
  const reader = FieldReader.of(value, 'statement', 'STATEMENT_MALFORMED');
  if (reader.text('_type') !== statementType) reader.refuse('_type', statementType);
  const subject = reader.readers('subject', subjectsMax).map((entry) => {
    const digest: Record<string, string> = {};
    const members = entry.reader('digest');
    for (const algorithm of Object.keys(members.value)) digest[algorithm] = members.text(algorithm, 256);
    return { name: entry.nonEmpty('name', 512), digest };
  });
  return {
    subject,
    predicateType: reader.nonEmpty('predicateType', 256),
    predicate: reader.object('predicate'),
  };
}

/** A commitment as an in-toto subject. */
export function subjectOf(name: string, commitment: Commitment): Subject {
  const match = /^(?:commit:(sha256|poseidon-bn254)|(sha256)):([0-9a-f]{64})$/.exec(commitment);
  const [, committed, bare, hex] = match ?? [];
  if (hex === undefined) throw new EvidenceError('STATEMENT_MALFORMED', `subject ${name}: not a commitment`);
  return { name, digest: { [committed === undefined ? (bare ?? 'sha256') : `commit-${committed}`]: hex } };
}

export function sameSubjects(left: readonly Subject[], right: readonly Subject[]): boolean {
  const text = (subjects: readonly Subject[]): string[] =>
    subjects.map(({ name, digest }) => JSON.stringify([name, Object.entries(digest).sort()])).sort();
  const a = text(left);
  const b = text(right);
  return a.length === b.length && a.every((entry, index) => entry === b[index]);
}
