import { canonicalBytes, digestOf, formatTime, toBase64 } from '#canonical';
import { leafEntry } from '#evidence';

export type AccessAction =
  | 'get-bundle'
  | 'download-bundle'
  | 'redact-bundle'
  | 'preview-redaction'
  | 'get-log-proof'
  | 'reappraise-run';

/** Who asked for which evidence. */
export interface Access {
  readonly id: number;
  readonly time: Date;
  readonly tenant: string;
  readonly runId: string;
  /** `key:<id>` or `oidc:<issuer>:<sub>`; ` declared:<name>` follows where the caller named somebody behind it. */
  readonly actor: string;
  readonly action: string;
  /** 32 random bytes: the leaf of a guessed record cannot be recognised without them. */
  readonly salt: Uint8Array;
}

const declaredPattern = /^[A-Za-z0-9][A-Za-z0-9@._:/-]{0,127}$/;

/**
 * Who asked: the credential's owner, and behind it, where a program asks for a person, how it calls that person.
 *
 * @param subject of the credential, which was checked
 * @param declared what the caller says beside it, which nobody checked
 */
export function actorOf(subject: string, declared: unknown): string {
  const named = typeof declared === 'string' && declaredPattern.test(declared);
  return named ? `${subject} declared:${declared}` : subject;
}

/** RFC 8785 JSON. Its digest is the leaf, so the form never changes under this type. */
export function accessRecord({ id, time, tenant, runId, actor, action, salt }: Access): Uint8Array {
  return canonicalBytes({
    type: 'sealflow/evidence-access/v1',
    id,
    time: formatTime(time.getTime()),
    tenant,
    run: runId,
    actor,
    action,
    salt: toBase64(salt),
  });
}

/** The log entry of an access, of the form that the entry of a run has: it hides everything. */
export function accessEntry(access: Access): Uint8Array {
  return leafEntry(digestOf(accessRecord(access)));
}
