import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  canonicalBytes,
  type Digest,
  digestOf,
  ed25519PublicKey,
  formatTime,
  fromBase64,
  isJsonObject,
  type Json,
  type JsonObject,
  toBase64,
} from '#canonical';
import { createSealEngine, pageParameters } from '#ciphertext';
import {
  type Answer,
  creditMemoKey,
  openAnswer,
  openMemo,
  outcomesFormat,
  parseFrames,
  parseOpening,
  parseStatement,
  questionId,
  questionVersion,
  signQuestion,
  splitMemos,
  verifyOpening,
  verifyStatement,
} from '#ledger';
import { generateSealKeyPair } from '#sealing';
import { FheProcess, TaskError, type TaskRuntime } from '#worker';
import { sealedInput } from '../ledger/sample-loan.fixture.js';
import { signDocument } from '../shared/signed-document.js';
import { pageLedgerRuntimes } from './page-ledger-runtimes.js';
import { seededBytes } from './record.fixture.js';
import { nowMs, ownerSeed, SampleLedger, sampleCharter, sampleIntent } from './sample-ledger.fixture.js';

const auditorSeed = new Uint8Array(32).fill(5);
const auditorKeys = generateSealKeyPair(seededBytes('auditor'));
const ownKeys = generateSealKeyPair(seededBytes('own'));

type Answered = Answer & { readonly bytes: number };

describe('disclosure', () => {
  const name = 'eur-shown';
  let folder: string;
  let fhe: FheProcess;
  let ledger: SampleLedger;
  let enclave: TaskRuntime[];
  let boots = 0;
  let outcomes: Uint8Array;

  const boot = (): TaskRuntime[] => {
    boots += 1;
    const stateFile = join(folder, 'ledger.sealed');
    const random = seededBytes(`boot ${boots}`);
    const sealingKey = new Uint8Array(32).fill(9);
    return pageLedgerRuntimes({ fhe, sealingKey, stateFile, random, now: () => nowMs });
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sealflow-shown-'));
    fhe = new FheProcess({ keyed: true, parameters: 'ledger-pages' });
    ledger = new SampleLedger(name, fhe);
    enclave = boot();
    const viewer = {
      name: 'auditor',
      sealKey: toBase64(auditorKeys.publicKey),
      signer: toBase64(ed25519PublicKey(auditorSeed)),
      scopes: ['batches'] as const,
      untilMs: nowMs + 1_000,
    };
    await ledger.found(enclave, sampleCharter(name, { a: 1000n, b: 20n, c: 0n }, { viewers: [viewer] }));
    const moved = await ledger.batch(enclave, transfer('a', 'b', 300n, 0), transfer('b', 'c', 20n, 0));
    const output = moved.outputs['outcomes'];
    outcomes = output?.kind === 'blob' ? output.bytes : new Uint8Array(0);
    await ledger.batch(enclave, transfer('a', 'c', 1n, 1));
  });
  afterAll(async () => {
    await fhe.close();
    await rm(folder, { recursive: true });
  });
  // Limits are counted from boot on.
  beforeEach(() => {
    enclave = boot();
  });

  function transfer(from: string, to: string, amount: bigint, nonce: number): Uint8Array {
    return sampleIntent(name, from, { op: 'transfer', to, amount }, { nonce });
  }

  /** A signed question, with members that its signer would not have written. */
  function question(members: JsonObject, seed: Uint8Array): JsonObject {
    const { version, receipt } = ledger.head;
    if (receipt === null) throw new Error('no head');
    const draft = {
      ledger: name,
      head: { version, receipt },
      asked: { kind: 'statement', account: '' } as const,
      answerKey: ownKeys.publicKey,
      notAfterMs: nowMs + 60_000,
      nonce: new Uint8Array(16),
    };
    return signDocument({ ...signQuestion(draft, seed), ...members }, questionVersion, seed);
  }

  async function ask(asked: JsonObject, secretKey = ownKeys.secretKey): Promise<Answered> {
    const task = ledger.task('ledger.disclose', { request: sealedInput('inputs/request', asked) });
    const { outputs } = await ledger.run(enclave, task);
    const output = outputs['answer'];
    if (output?.kind !== 'blob') throw new Error('no answer');
    const subject = { tenant: 'acme', ledger: name, question: questionId(asked) };
    return { ...(await openAnswer(output.bytes, secretKey, subject)), bytes: output.bytes.length };
  }

  const asAuditor = (members: JsonObject = {}): JsonObject =>
    question(
      { kind: 'batch', version: '2', answerKey: toBase64(auditorKeys.publicKey), ...members },
      auditorSeed,
    );

  function member(document: Json, name: string): Json {
    const value = isJsonObject(document) ? document[name] : undefined;
    if (value === undefined) throw new Error(`no ${name}`);
    return value;
  }

  it('refuses what is no signed question', async () => {
    const honest = question({ account: 'a' }, ownerSeed('a'));
    for (const wrong of [
      {},
      { ...honest, account: 'b' },
      { ...honest, kind: 'totals' },
      { ...honest, more: 1 },
    ]) {
      const task = ledger.task('ledger.disclose', { request: sealedInput('inputs/request', wrong) });
      const code = await ledger.run(enclave, task).then(
        () => 'accepted',
        (error: unknown) => (error instanceof TaskError ? error.code : 'another error'),
      );
      expect(code).toBe('QUESTION_INVALID');
    }
  });

  it('says no in the size and shape of a yes', async () => {
    const yes = await ask(question({ account: 'a' }, ownerSeed('a')));
    expect(yes.reason).toBeNull();
    const nos: [string, JsonObject][] = [
      ['VIEW_REFUSED', question({ account: 'b' }, ownerSeed('a'))],
      ['VIEW_REFUSED', question({ account: 'nobody' }, ownerSeed('a'))],
      ['VIEW_REFUSED', question({ account: 'a' }, auditorSeed)],
      ['QUESTION_EXPIRED', question({ account: 'a', notAfter: formatTime(nowMs) }, ownerSeed('a'))],
    ];
    for (const [reason, asked] of nos)
      expect(await ask(asked)).toEqual({ reason, document: null, bytes: yes.bytes });
    const opening = await ask(asAuditor(), auditorKeys.secretKey);
    const stranger = question({ kind: 'batch', version: '2' }, ownerSeed('a'));
    expect(await ask(stranger)).toEqual({ reason: 'VIEW_REFUSED', document: null, bytes: opening.bytes });
    // The right signer, and an answer for somebody else.
    const redirected = asAuditor({ answerKey: toBase64(ownKeys.publicKey) });
    expect(await ask(redirected)).toMatchObject({ reason: 'VIEW_REFUSED' });
    expect(await ask(asAuditor({ version: '1' }), auditorKeys.secretKey)).toMatchObject({
      reason: 'NOT_FOUND',
    });
    expect(await ask(asAuditor({ version: '9' }), auditorKeys.secretKey)).toMatchObject({
      reason: 'NOT_FOUND',
    });
  });

  it('answers an asker so often and no more, whatever was answered', async () => {
    for (let count = 0; count < 60; count += 1) await ask(question({ account: 'b' }, ownerSeed('a')));
    expect(await ask(question({ account: 'a' }, ownerSeed('a')))).toMatchObject({ reason: 'RATE_LIMITED' });
    expect(await ask(question({ account: 'b' }, ownerSeed('b')))).toMatchObject({ reason: null });
  });

  it('opens a batch so that an auditor can encrypt it again', async () => {
    const { document } = await ask(asAuditor(), auditorKeys.secretKey);
    const opening = parseOpening(canonicalBytes(document));
    const receipt = ledger.history[1];
    if (receipt === undefined) throw new Error('no receipt');
    using engine = await createSealEngine(pageParameters);
    using key = engine.openPublicKey(await ledger.blobs.get(receipt.publicKeyId));
    const encrypt = (slots: BigUint64Array, seed: Uint8Array): Digest =>
      digestOf(key.encryptWithCoins(slots, seed));
    const results = (of: typeof opening) => verifyOpening(of, receipt, encrypt).map(({ result }) => result);
    expect(results(opening)).toEqual(['pass', 'pass', 'pass']);
    expect(opening.deltas[0]?.changes).toEqual([
      { slot: 0, change: -300n },
      { slot: 1, change: 280n },
      { slot: 2, change: 20n },
    ]);
    const [delta] = opening.deltas;
    if (delta === undefined) throw new Error('no delta');
    const lied = { ...opening, deltas: [{ ...delta, changes: delta.changes.slice(1) }] };
    expect(results(lied)).toEqual(['pass', 'pass', 'fail']);
  });

  it('gives an owner a balance that anybody can check, and the key to what came in', async () => {
    const { document } = await ask(question({ account: 'b' }, ownerSeed('b')));
    const statement = parseStatement(canonicalBytes(member(document, 'statement')));
    expect(statement.opening).toMatchObject({ account: 'b', available: 300n, pending: 0n, reserved: 0n });
    const newest = ledger.newest;
    if (newest === null) throw new Error('no receipt');
    expect(verifyStatement(statement, newest).map(({ result }) => result)).toEqual(['pass', 'pass', 'pass']);
    const creditKey = fromBase64(String(member(document, 'creditKey')));
    const memos = splitMemos(parseFrames(outcomesFormat, outcomes)[0] ?? new Uint8Array(0));
    const credits = [0, 1].map((place) =>
      openMemo(memos[2 * place + 1] ?? new Uint8Array(0), creditMemoKey(creditKey, 2, place), name),
    );
    expect(credits).toMatchObject([{ status: 'applied', transferred: 300n, version: 2 }, null]);
  });
});
