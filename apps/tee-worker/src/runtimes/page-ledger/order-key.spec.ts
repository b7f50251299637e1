import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ed25519PublicKey, isJsonObject, parseDigest, toBase64 } from '#canonical';
import {
  chainFindings,
  handShares,
  type KeyState,
  openAnswer,
  openShare,
  questionId,
  signKeyOrder,
  signQuestion,
} from '#ledger';
import { generateSealKeyPair } from '#sealing';
import { FheProcess, type TaskOutcome, type TaskRuntime } from '#worker';
import { sealedInput } from '../ledger/sample-loan.fixture.js';
import { codeOf } from '../task-error.fixture.js';
import { pageLedgerRuntimes } from './page-ledger-runtimes.js';
import { holders, seededBytes } from './record.fixture.js';
import {
  issuerSeed,
  memoKeyOf,
  memosOf,
  nowMs,
  ownerSeed,
  SampleLedger,
  sampleCharter,
  sampleIntent,
} from './sample-ledger.fixture.js';

const name = 'eur-keys';
const auditorSeed = new Uint8Array(32).fill(5);
const auditorKeys = generateSealKeyPair(seededBytes('auditor'));

/** One ledger through all states of its keys, in the order of the tests. */
describe('keys of a ledger in the key enclave', () => {
  let folder: string;
  let fhe: FheProcess;
  let ledger: SampleLedger;
  let enclave: TaskRuntime[];
  let boots = 0;
  let nonce = 0;
  let serial = 0;
  let epoch = 1;

  const boot = (stateFile = 'first'): TaskRuntime[] => {
    boots += 1;
    const options = { fhe, sealingKey: new Uint8Array(32).fill(9), stateFile: join(folder, stateFile) };
    return pageLedgerRuntimes({ ...options, random: seededBytes(`boot ${boots}`), now: () => nowMs });
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sealflow-keys-'));
    fhe = new FheProcess({ keyed: true, parameters: 'ledger-pages' });
    await fhe.start();
    enclave = boot();
    ledger = new SampleLedger(name, fhe);
    const viewer = {
      ...{ name: 'auditor', sealKey: toBase64(auditorKeys.publicKey), untilMs: nowMs + 1_000 },
      ...{ signer: toBase64(ed25519PublicKey(auditorSeed)), scopes: ['batches'] as const },
    };
    await ledger.found(enclave, sampleCharter(name, { a: 1000n, b: 20n }, { viewers: [viewer] }));
    await ledger.batch(enclave, pay(300n));
  });
  afterAll(async () => {
    await fhe.close();
    await rm(folder, { recursive: true });
  });

  function pay(amount: bigint): Uint8Array {
    nonce += 1;
    return sampleIntent(name, 'a', { op: 'transfer', to: 'b', amount }, { nonce, epoch });
  }

  async function batchOf(amount: bigint): Promise<TaskOutcome> {
    const blob = await ledger.seal([pay(amount)]);
    await ledger.blobs.put(blob);
    return ledger.run(enclave, ledger.batchTask(blob));
  }

  const rotate = (): Promise<TaskOutcome> => ledger.run(enclave, ledger.task('ledger.rotate.authorize', {}));

  function order(
    to: KeyState,
    of = epoch,
    seed: Uint8Array = issuerSeed,
    number = serial + 1,
  ): Promise<TaskOutcome> {
    const draft = { ledger: name, epoch: of, to, serial: number, notAfterMs: nowMs + 1_000 };
    const signed = sealedInput('inputs/order', signKeyOrder(draft, seed));
    return ledger.run(enclave, ledger.task('ledger.key.authorize', { order: signed }));
  }

  /** Orders, and makes the receipt part of the chain. */
  async function ordered(to: KeyState, of = epoch): Promise<TaskOutcome> {
    const outcome = await order(to, of);
    await ledger.apply(outcome);
    serial += 1;
    return outcome;
  }

  async function ask(asked: 'statement' | number): Promise<string | null> {
    const { version, receipt } = ledger.head;
    if (receipt === null) throw new Error('no head');
    const own = asked === 'statement';
    const question = signQuestion(
      {
        ...{ ledger: name, head: { version, receipt }, notAfterMs: nowMs + 60_000 },
        asked: own ? { kind: 'statement', account: 'a' } : { kind: 'batch', version: asked },
        answerKey: auditorKeys.publicKey,
        nonce: new Uint8Array(16),
      },
      own ? ownerSeed('a') : auditorSeed,
    );
    const request = { request: sealedInput('inputs/request', question) };
    const { outputs } = await ledger.run(enclave, ledger.task('ledger.disclose', request));
    const answer = outputs['answer'];
    if (answer?.kind !== 'blob') throw new Error('no answer');
    const subject = { tenant: 'acme', ledger: name, question: questionId(question) };
    return (await openAnswer(answer.bytes, auditorKeys.secretKey, subject)).reason;
  }

  it('change by the word of the issuer alone, once, and by no step that is not one', async () => {
    expect(await codeOf(order('suspended', 1, ownerSeed('a')))).toBe('KEY_ORDER_REFUSED');
    expect(await codeOf(order('suspended', 1, issuerSeed, 0))).toBe('KEY_ORDER_STALE');
    expect(await codeOf(order('destroyed'))).toBe('KEY_TRANSITION_REFUSED');
    expect(await codeOf(order('deactivated'))).toBe('KEY_TRANSITION_REFUSED');
    const nothing = ledger.task('ledger.key.authorize', { order: sealedInput('inputs/order', {}) });
    expect(await codeOf(ledger.run(enclave, nothing))).toBe('KEY_ORDER_MALFORMED');
    expect(ledger.head.version).toBe(2);
  });

  it('that are suspended take no batch and no rotation, and show what lies behind', async () => {
    // An order that was authorised and never became part of the chain has changed nothing.
    await order('suspended');
    expect(await codeOf(batchOf(1n))).toBe('accepted');
    const outcome = await ordered('suspended');
    expect(outcome.public).toMatchObject({ outcome: 'ordered', version: 3 });
    expect(ledger.newest).toMatchObject({
      ...{ event: 'key', version: 3, changes: [] },
      keys: { serial: 1, states: [{ epoch: 1, state: 'suspended' }], order: { from: 'active' } },
    });
    expect(await codeOf(batchOf(1n))).toBe('KEY_SUSPENDED');
    expect(await codeOf(rotate())).toBe('KEY_SUSPENDED');
    expect(await codeOf(order('suspended'))).toBe('KEY_TRANSITION_REFUSED');
    expect([await ask('statement'), await ask(2)]).toEqual([null, null]);
  });

  it('stay suspended over a restart, and go on where the issuer activates them', async () => {
    enclave = boot();
    expect(await codeOf(batchOf(1n))).toBe('KEY_SUSPENDED');
    await ordered('active');
    const outcome = await ledger.batch(enclave, pay(200n));
    expect(memosOf(outcome, name, [memoKeyOf('a')])).toMatchObject([{ status: 'applied' }]);
    expect(ledger.newest).toMatchObject({ version: 5, keys: { serial: 2, order: null } });
  });

  it('that are compromised protect nothing and are shown to nobody, and the ledger goes on after a rotation', async () => {
    await ordered('compromised');
    expect(await codeOf(batchOf(1n))).toBe('KEY_COMPROMISED');
    expect(await codeOf(order('active'))).toBe('KEY_TRANSITION_REFUSED');
    expect([await ask('statement'), await ask(2)]).toEqual([null, 'KEY_COMPROMISED']);
    await ledger.apply(await rotate());
    epoch = 2;
    const outcome = await ledger.batch(enclave, pay(500n));
    // 1000 - 300 - 200 - 500: every balance came along.
    expect(memosOf(outcome, name, [memoKeyOf('a')])).toMatchObject([
      { status: 'applied', transferred: 500n },
    ]);
    expect(ledger.newest?.keys?.states).toEqual([
      { epoch: 1, state: 'compromised' },
      { epoch: 2, state: 'active' },
    ]);
    expect(await ask(2)).toBe('KEY_COMPROMISED');
  });

  it('that are destroyed open nothing, and leave disk and shares with the order', async () => {
    const secrets = async (): Promise<Buffer> => {
      const files = (await readdir(folder)).filter((file) => file.startsWith('first.'));
      const sizes = await Promise.all(files.map((file) => readFile(join(folder, file))));
      return sizes.sort((left, right) => right.length - left.length)[0] ?? Buffer.alloc(0);
    };
    const before = (await secrets()).length;
    const outcome = await ordered('destroyed', 1);
    expect(await ask(2)).toBe('KEY_DESTROYED');
    expect(await codeOf(order('compromised', 1))).toBe('KEY_DESTROYED');
    expect((await secrets()).length).toBeLessThan(0.7 * before);
    await ledger.batch(enclave, sampleIntent(name, 'b', { op: 'transfer', to: 'a', amount: 1n }, { epoch }));

    const { shares: document } = outcome.outputs;
    if (document?.kind !== 'public' || !isJsonObject(document.value)) throw new Error('no shares');
    const opened: Uint8Array[] = [];
    for (const holder of holders.slice(0, 2)) {
      opened.push(await openShare(document.value, holder.name, holder.secretKey));
    }
    const { version, receipt } = ledger.head;
    if (receipt === null) throw new Error('no head');
    const handed = handShares({
      ...{ ledger: name, head: { version, receipt }, shares: opened },
      package: parseDigest(String(document.value['package'])),
    });
    enclave = boot('second');
    const shares = { shares: sealedInput('inputs/shares', handed) };
    await ledger.run(enclave, ledger.task('ledger.recover', shares));
    expect(await ask(2)).toBe('KEY_DESTROYED');
    expect(await codeOf(batchOf(1n))).toBe('accepted');
  });

  it('make a chain that anybody holds against itself', () => {
    const digests = ledger.history.slice(1).map(({ prevReceipt }) => prevReceipt);
    const findings = ledger.history.flatMap((receipt, at) => {
      const previous = ledger.history[at - 1];
      const digest = digests[at - 1];
      const before = previous === undefined || digest == null ? null : { receipt: previous, digest };
      return chainFindings(before, { receipt, digest: receipt.charter });
    });
    expect(findings).toEqual([]);
    expect(ledger.history.filter(({ event }) => event === 'key')).toHaveLength(4);
  });
});
