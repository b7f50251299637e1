import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  canonicalBytes,
  commitSha256,
  digestOf,
  ed25519PublicKey,
  ed25519Sign,
  fromBase64,
  type JsonObject,
  toBase64,
  utf8,
} from '#canonical';
import {
  buildPlanStatement,
  isSignedBy,
  parseEnvelope,
  parseStepPredicate,
  planDigestOf,
  signStatement,
  statementOf,
} from '#evidence';
import { type DecisionDraft, draftDecision, envelopeOf, sheetOf, type WaitingDecision } from './decide.js';

const seeds = { orchestrator: 1, ada: 2, ben: 3, stranger: 4 } as const;
const seedOf = (who: keyof typeof seeds) => new Uint8Array(32).fill(seeds[who]);
const keyOf = (who: keyof typeof seeds) => toBase64(ed25519PublicKey(seedOf(who)));
const digest = (text: string) => digestOf(utf8(text));
const random = (bytes: number) => new Uint8Array(randomBytes(bytes));

const definition: JsonObject = { name: 'credit', inputs: {} };
const plan = planOf(1);

function planOf(quorum: number): JsonObject {
  const review: JsonObject = {
    id: 'review',
    step: 'review',
    operation: 'human.approve',
    kind: 'human',
    assurance: { integrity: 'SIGNED', confidentiality: 'OPERATOR_VISIBLE' },
    inputs: [{ port: 'decision', edge: 'score/decision', alg: 'digest', optional: false }],
    outputs: [{ port: 'decision', edge: 'review/decision', alg: 'digest', presentWhen: null }],
    facts: { decision: ['approve', 'decline'] },
    when: [],
    compensates: null,
    quorum,
    completes: null,
    ledgerState: false,
    parameters: { approvers: [keyOf('ada'), keyOf('ben')] },
  };
  const definitionDigest = digestOf(canonicalBytes(definition));
  return {
    v: 'sealflow/plan/v1',
    definition,
    definitionDigest,
    tasks: [review],
    rejected: [],
    outputs: {},
  };
}

function waitingOf(of: JsonObject, changes: Partial<WaitingDecision> = {}): WaitingDecision {
  const statement = buildPlanStatement(of);
  return {
    run: 'tenants/bank/runs/01JD0000000000000000000000',
    step: 'review',
    attempt: 1,
    policy: digest('policy'),
    plan: planDigestOf(of),
    signedPlan: toBase64(signStatement({ statement, seed: seedOf('orchestrator') })),
    inputs: [
      {
        port: 'decision',
        edge: 'score/decision',
        commitment: digestOf(canonicalBytes('review')),
        value: 'review',
      },
    ],
    etag: '"1"',
    ...changes,
  };
}

const draftOf = (who: keyof typeof seeds, changes: Partial<DecisionDraft> = {}): DecisionDraft => ({
  decision: 'approve',
  reason: 'known in person',
  reviewer: who,
  publicKey: keyOf(who),
  nowMs: 0,
  ...changes,
});

function signed(waiting: WaitingDecision, who: keyof typeof seeds): Uint8Array {
  const toSign = draftDecision(waiting, draftOf(who), random);
  return envelopeOf(waiting, toSign, keyOf(who), ed25519Sign(seedOf(who), toSign.pae));
}

describe('what a person is asked to decide', () => {
  it('is refused when the plan is another than the run names', () => {
    const other = waitingOf({ ...plan, rejected: [] }, { plan: digest('another plan') });
    expect(() => sheetOf(other)).toThrow(/brought another plan/);
  });

  it.each([
    ['no such step', { step: 'nobody' }],
    ['no value', { inputs: [] }],
    ['the value of another edge', { inputs: [{ port: 'decision', edge: 'x/y', commitment: digest('v') }] }],
  ])('is refused with %s', (_, changes) => {
    expect(() => sheetOf(waitingOf(plan, changes))).toThrow(/PLAN_MALFORMED|no human step|not there/);
  });

  it('shows the value that opens its commitment, and none that the server only says', () => {
    expect(sheetOf(waitingOf(plan)).value).toMatchObject({ port: 'decision', shown: 'review' });
    const [input] = waitingOf(plan).inputs;
    const lie = waitingOf(plan, {
      inputs: [{ port: 'decision', edge: 'score/decision', commitment: '', ...input, value: 'approve' }],
    });
    expect(sheetOf(lie).value.shown).toBeNull();
  });

  it('names who may decide and how many have to', () => {
    expect(sheetOf(waitingOf(planOf(2)))).toMatchObject({
      workflow: 'credit',
      answers: ['approve', 'decline'],
      approvers: [keyOf('ada'), keyOf('ben')],
      quorum: 2,
      first: null,
    });
  });
});

describe('a decision', () => {
  it('is a statement of that step of that run, signed by the key that decided', () => {
    const envelope = parseEnvelope(signed(waitingOf(plan), 'ada'));
    expect(isSignedBy(envelope, fromBase64(keyOf('ada')))).toBe(true);
    const step = parseStepPredicate(statementOf(envelope).predicate);
    expect(step).toMatchObject({
      runId: '01JD0000000000000000000000',
      stepId: 'review',
      kind: 'human',
      planDigest: planDigestOf(plan),
      public: { decision: 'approve' },
      inputs: [{ edge: 'score/decision', commitment: digestOf(canonicalBytes('review')) }],
    });
  });

  it('commits to its reason, which the opening shows and the statement does not', () => {
    const toSign = draftDecision(waitingOf(plan), draftOf('ada', { reason: 'CANARY' }), random);
    const { commitment, salt } = toSign.reasonOpening ?? { commitment: '', salt: '' };
    expect(commitSha256({ label: 'reason', salt: fromBase64(salt), plaintext: utf8('CANARY') })).toBe(
      commitment,
    );
    expect(Buffer.from(toSign.pae).toString('utf8')).not.toContain('CANARY');
  });

  it('with a signature of another key is not handed in', () => {
    const waiting = waitingOf(plan);
    const toSign = draftDecision(waiting, draftOf('ada'), random);
    const signature = ed25519Sign(seedOf('stranger'), toSign.pae);
    expect(() => envelopeOf(waiting, toSign, keyOf('ada'), signature)).toThrow(/does not verify/);
  });
});

describe('a second signature', () => {
  const first = toBase64(signed(waitingOf(planOf(2)), 'ada'));

  it('goes under the very statement that was signed first', () => {
    const waiting = waitingOf(planOf(2), { signed: first });
    expect(sheetOf(waiting).first).toEqual({ key: keyOf('ada'), reviewer: 'ada' });
    const both = parseEnvelope(signed(waiting, 'ben'));
    expect(both.digest).toBe(parseEnvelope(fromBase64(first)).digest);
    for (const who of ['ada', 'ben'] as const) expect(isSignedBy(both, fromBase64(keyOf(who)))).toBe(true);
  });

  it.each([
    [
      'another value',
      { inputs: [{ port: 'decision', edge: 'score/decision', commitment: digest('other') }] },
    ],
    ['another policy', { policy: digest('other policy') }],
    ['another run', { run: 'tenants/bank/runs/01JD0000000000000000000001' }],
    ['somebody who is no approver', { signed: toBase64(signed(waitingOf(planOf(2)), 'stranger')) }],
  ])('is not given to a statement of %s', (_, changes) => {
    const waiting = waitingOf(planOf(2), { signed: first, ...changes });
    expect(() => draftDecision(waiting, draftOf('ben'), random)).toThrow(/do not sign it/);
  });

  it('of the same person is none', () => {
    const waiting = waitingOf(planOf(2), { signed: first });
    expect(() => signed(waiting, 'ada')).toThrow(/carries this signature already/);
  });
});
