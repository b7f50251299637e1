/*
 * What the verifier's thread does for a decision. The server's answer is not believed about what is decided: the task
 * comes from the signed plan, whose digest is recomputed, and a shown value has to open its commitment.
 */
import {
  canonicalBytes,
  commitSha256,
  digestOf,
  formatTime,
  fromBase64,
  type Json,
  type JsonObject,
  parseDigest,
  toBase64,
  utf8,
} from '#canonical';
import {
  concealStatement,
  type DecisionAnswer,
  type DecisionSubject,
  decisionStatement,
  EvidenceError,
  firstSigner,
  type PlanViewTask,
  parseEnvelope,
  parsePlanView,
  planDigestOf,
  planPredicateType,
  signedEnvelope,
  statementOf,
  unsignedStatement,
  withSignature,
} from '#evidence';

/** Answer of GET …/steps/{step}/decision. */
export interface WaitingDecision {
  readonly run: string;
  readonly step: string;
  readonly attempt: number;
  readonly policy: string;
  readonly plan: string;
  readonly signedPlan: string;
  readonly inputs: readonly {
    readonly port: string;
    readonly edge: string;
    readonly commitment: string;
    readonly value?: unknown;
  }[];
  readonly signed?: string;
  readonly etag: string;
}

/** What a person is shown before they decide, all of it checked here. */
export interface DecisionSheet {
  readonly workflow: string;
  readonly operation: string;
  readonly answers: readonly string[];
  /** Keys that the plan lets decide, base64. */
  readonly approvers: readonly string[];
  readonly quorum: number;
  /** Null: the value is sealed, and only its commitment is decided on. */
  readonly value: { readonly port: string; readonly shown: string | null; readonly commitment: string };
  /** Whoever signed a yes already, where a yes needs two. */
  readonly first: { readonly key: string; readonly reviewer: string | null } | null;
}

export interface DecisionDraft {
  readonly decision: DecisionAnswer;
  readonly reason: string;
  readonly reviewer: string;
  readonly publicKey: string;
  readonly nowMs: number;
}

/** Bytes that the approver's key signs, and what becomes the envelope then. */
export interface ToSign {
  readonly pae: Uint8Array;
  /** Base64. A countersigned statement carries the first one's. */
  readonly payload: string;
  readonly disclosures: readonly string[];
  readonly countersigned: boolean;
  /** Opens the commitment to the reason, which the evidence has alone; null where this person states none. */
  readonly reasonOpening: { readonly commitment: string; readonly salt: string } | null;
}

const SALT_BYTES = 32;
const REASON_CHARS_MAX = 4_000;

/** Raises `PLAN_MALFORMED` when the plan is not the one that the run names, `STATEMENT_MALFORMED` when nothing fits. */
export function sheetOf(waiting: WaitingDecision): DecisionSheet {
  const { task, workflow, approvers } = decidedTask(waiting);
  const subject = subjectOf(waiting, 'approve');
  const first = waiting.signed === undefined ? null : signerOf(waiting.signed, subject, approvers);
  const [input] = waiting.inputs;
  const value = input?.value as Json | undefined;
  const opens = value !== undefined && digestOf(canonicalBytes(value)) === subject.seen;
  return {
    workflow,
    operation: task.operation,
    answers: task.facts.get('decision') ?? [],
    approvers,
    quorum: task.quorum,
    value: {
      port: input?.port ?? '',
      shown: opens ? (typeof value === 'string' ? value : JSON.stringify(value)) : null,
      commitment: subject.seen,
    },
    first,
  };
}

/** @param random bytes for the salts of this statement */
export function draftDecision(
  waiting: WaitingDecision,
  draft: DecisionDraft,
  random: (bytes: number) => Uint8Array,
): ToSign {
  const { approvers } = decidedTask(waiting);
  const subject = subjectOf(waiting, draft.decision);
  if (waiting.signed !== undefined && draft.decision === 'approve') {
    signerOf(waiting.signed, subject, approvers);
    const { pae, payload, disclosures } = parseEnvelope(fromBase64(waiting.signed));
    return { pae, payload: toBase64(payload), disclosures, countersigned: true, reasonOpening: null };
  }
  if (draft.reason.length > REASON_CHARS_MAX)
    throw new EvidenceError('STATEMENT_MALFORMED', `a reason has at most ${REASON_CHARS_MAX} characters`);
  const salt = random(SALT_BYTES);
  const commitment = commitSha256({ label: 'reason', salt, plaintext: utf8(draft.reason) });
  const time = formatTime(draft.nowMs);
  const { statement, disclosures } = concealStatement(
    decisionStatement(subject, {
      reviewer: draft.reviewer,
      key: draft.publicKey,
      softwareDigest: digestOf(utf8('sealflow console')),
      reasonCommitment: commitment,
      startedAt: time,
      endedAt: time,
    }),
    random,
  );
  const { pae, payload } = unsignedStatement(statement, disclosures);
  const reasonOpening = { commitment, salt: toBase64(salt) };
  return { pae, payload: toBase64(payload), disclosures, countersigned: false, reasonOpening };
}

/** The envelope to hand in. Raises `SIGNATURE_INVALID` for a signature that does not verify. */
export function envelopeOf(
  waiting: WaitingDecision,
  toSign: ToSign,
  publicKey: string,
  signature: Uint8Array,
): Uint8Array {
  const key = fromBase64(publicKey);
  if (toSign.countersigned)
    return withSignature(parseEnvelope(fromBase64(waiting.signed ?? '')), key, signature);
  const { pae, payload, disclosures } = toSign;
  return signedEnvelope({ pae, payload: fromBase64(payload), disclosures }, key, signature);
}

function decidedTask({ signedPlan, plan, step }: WaitingDecision): {
  readonly task: PlanViewTask;
  readonly workflow: string;
  readonly approvers: readonly string[];
  readonly definitionDigest: DecisionSubject['definitionDigest'];
} {
  const { predicate } = statementOf(parseEnvelope(fromBase64(signedPlan)), planPredicateType);
  if (planDigestOf(predicate) !== plan)
    throw new EvidenceError('PLAN_MALFORMED', `the server brought another plan than ${plan}: do not decide`);
  const { tasks, definitionDigest } = parsePlanView(predicate);
  const task = tasks.find(({ id, kind }) => id === step && kind === 'human');
  if (task === undefined) throw new EvidenceError('PLAN_MALFORMED', `the plan has no human step ${step}`);
  const listed = task.parameters['approvers'];
  const approvers = Array.isArray(listed) ? listed.filter((key) => typeof key === 'string') : [];
  return { task, workflow: nameOf(predicate), approvers, definitionDigest };
}

function nameOf(plan: JsonObject): string {
  const definition = plan['definition'];
  const name: unknown =
    typeof definition === 'object' && definition !== null ? Reflect.get(definition, 'name') : null;
  return typeof name === 'string' ? name : '';
}

function subjectOf(waiting: WaitingDecision, decision: DecisionAnswer): DecisionSubject {
  const { task, definitionDigest } = decidedTask(waiting);
  const [planned] = task.inputs;
  const given = waiting.inputs.find(({ edge, port }) => edge === planned?.edge && port === planned.port);
  if (given === undefined)
    throw new EvidenceError('STATEMENT_MALFORMED', `step ${task.id}: the value to decide on is not there`);
  return {
    runId: waiting.run.slice(waiting.run.lastIndexOf('/') + 1),
    attempt: waiting.attempt,
    task,
    definitionDigest,
    planDigest: parseDigest(waiting.plan),
    policyDigest: parseDigest(waiting.policy),
    seen: given.commitment as DecisionSubject['seen'],
    decision,
  };
}

function signerOf(signed: string, subject: DecisionSubject, approvers: readonly string[]) {
  const first = firstSigner(parseEnvelope(fromBase64(signed)), subject, approvers);
  if (first === null)
    throw new EvidenceError(
      'SIGNATURE_INVALID',
      'what waits for a second signature is not this decision by an approver of the plan: do not sign it',
    );
  return first;
}
