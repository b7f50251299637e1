import { execFile } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  canonicalBytes,
  digestOf,
  ed25519PublicKey,
  fromBase64,
  isJsonObject,
  parseDigest,
  toBase64,
} from '#canonical';
import { askStatement, orderLedgerKey, readCiphertexts, rotateLedger, statedKeys } from '#client';
import {
  type GetLedgerResponse__Output,
  type ListLedgerBatchesResponse__Output,
  readBlob,
  serverStream,
  unary,
} from '#contracts';
import { verifyBundle } from '#evidence';
import {
  auctionKey,
  type KeyState,
  openAnswer,
  parseStatement,
  questionId,
  signQuestion,
  verifyStatement,
} from '#ledger';
import { generateSealKeyPair } from '#sealing';
import { builtinText } from '#workflow';
import { DEVELOPMENT_TENANT } from '../../apps/cli/src/installation/installation-keys.js';
import { projectRoot } from '../../apps/cli/src/installation/paths.js';
import { MandateFolder } from '../../apps/cli/src/ledger/mandate-folder.js';
import { end, grant, type MandateTerms, spend } from '../../apps/cli/src/ledger/mandates.js';
import { ciphertextFile } from '../../apps/cli/src/replay/ciphertext-folder.js';
import type { LedgerReplay } from '../../apps/cli/src/replay/ledger-replay.js';
import { sealEngines, sealReplay } from '../../apps/cli/src/replay/seal-replay.js';
import { ownLedgerOf, paidByCommand } from '../support/mandate-story.js';
import { startOtherTeeWorker } from '../support/other-tee-worker.js';
import { PageLedgerStory, told } from '../support/page-ledger-story.js';
import { startTestStack, type TestStack } from '../support/test-stack.js';
import { until } from '../support/until.js';

/*
 * A ledger of pages from its founding on, at two orchestrators on one database: accounts, money, a thousand transfers,
 * what is refused and why, and what an outsider can check of all that.
 */
const ACCOUNTS = 64;
const OPENING = 1_000n;
const TRANSFERS = 1_000;
const PER_ENVELOPE = 50;

let stack: TestStack;
let story: PageLedgerStory;
/** Bundles of versions that are no batches: orders about keys, and a rotation. */
const changes: Uint8Array[] = [];

beforeAll(async () => {
  stack = await startTestStack({ second: {} });
  story = await PageLedgerStory.found(stack, ACCOUNTS, OPENING);
});
afterAll(() => stack.stop());

async function bundleOf(run: string): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  const stream = serverStream((options) => story.client.services.evidence.downloadBundle({ run }, options), {
    deadlineMs: 30_000,
  });
  for await (const { data } of stream) chunks.push(data);
  return Buffer.concat(chunks);
}

describe('a page ledger', () => {
  it('is founded under a key that its bundle proves, with shares for those who may recover it', () => {
    expect(story.founded.receipt).toMatchObject({
      event: 'found',
      version: 1,
      asset: 'EUR',
      accountCount: ACCOUNTS,
    });
    expect(story.founded.shares).toMatchObject({});
  });

  it('opens accounts and takes deposits by the word of its issuer alone', async () => {
    const stranger = story.account(0);
    const opened = await story.settle(
      await story.ofIssuer('new', { op: 'open', owner: story.founded.pin.ledgerKey, rollover: 'auto' }),
      await story.ofIssuer('new', { op: 'deposit', amount: 500n }),
      await story.ofOwner(stranger, { op: 'deposit', amount: 500n }),
    );
    expect(opened.map(told)).toEqual(['applied', 'applied', 'NOT_ISSUER']);
  });

  it('moves what is there, and tells the owner what is not', async () => {
    const outcomes = await story.settle(
      await story.transfer(0, 1, 400n),
      await story.transfer(0, 1, 601n),
      await story.transfer(0, 1, 600n),
      await story.ofOwner(story.account(1), { op: 'transfer', to: 'nobody', amount: 1n }),
    );
    expect(outcomes.map(told)).toEqual(['applied', 'INSUFFICIENT', 'applied', 'ACCOUNT_UNKNOWN']);
    expect(outcomes.map(({ memo }) => memo?.transferred)).toEqual([400n, 0n, 600n, 0n]);
    // It comes back, so that the transfers below find everybody as rich as at the beginning.
    expect((await story.settle(await story.transfer(1, 0, 1_000n))).map(told)).toEqual(['applied']);
  });

  it('stays with the enclave that has its keys when another TEE worker comes, so that no batch fails', async () => {
    const other = await startOtherTeeWorker(stack);
    try {
      for (const amount of [1n, 2n, 3n, 4n]) {
        expect((await story.settle(await story.transfer(0, 1, amount))).map(told)).toEqual(['applied']);
      }
      expect((await story.settle(await story.transfer(1, 0, 10n))).map(told)).toEqual(['applied']);
    } finally {
      await other.stop();
    }
    const reasons: string[] = [];
    for await (const { reason } of story.ledger.batches()) reasons.push(reason);
    expect([...new Set(reasons)]).toEqual(['']);
  });

  it('decides an intent once, however often it comes', async () => {
    const intent = await story.transfer(2, 3, 10n);
    const first = await story.ledger.submit([intent]);
    const [outcome] = await story.settle(intent);
    expect(outcome?.memo).toMatchObject({ status: 'applied', transferred: 10n });
    // The same envelope is taken once; the same intent in another one gets the first answer.
    expect((await story.ledger.find(first))?.digest).toBe(first.digest);
    const [again] = await story.settle(intent);
    expect(again?.memo).toMatchObject({ status: 'applied', transferred: 10n, repeated: true });
    const { id, seed } = story.account(2);
    const replayed = await story.ledger.intent(
      { account: id, seed, nonce: 1 },
      { op: 'transfer', to: story.account(3).id, amount: 11n },
    );
    expect((await story.settle(replayed)).map(told)).toEqual(['REPLAYED']);
    expect((await story.settle(await story.transfer(3, 2, 10n))).map(told)).toEqual(['applied']);
  });

  it('settles a thousand transfers from both replicas, each once', async () => {
    const envelopes = [];
    for (let from = 0; from < TRANSFERS; from += PER_ENVELOPE) {
      const intents = [];
      // In a ring: everybody gives as much as it gets.
      for (let index = from; index < from + PER_ENVELOPE; index += 1) {
        intents.push(await story.transfer(index, index + 1, 1n));
      }
      envelopes.push(await story.ledger.submit(intents));
    }
    const all: string[] = [];
    for await (const outcomes of story.ledger.outcomes(envelopes)) all.push(...outcomes.map(told));
    expect(all).toEqual(Array.from({ length: TRANSFERS }, () => 'applied'));
  });

  it('begins a batch where the one before ends, and as the child of no other run', async () => {
    const children = await stack.query(
      'select from sealflow.ledger_batches join dbos.workflow_status on workflow_uuid = batch where parent_workflow_id is not null',
    );
    expect(children).toEqual([]);
    const logs = [stack.log('orchestrator'), readFileSync(stack.second?.logFile ?? '', 'utf8')];
    for (const log of logs) expect(log).not.toContain('no batch was made');
  });

  it('has as much as it had: nobody has more than its part of the ring, and the rest is there', async () => {
    // 1,000 transfers over 64 accounts: the first 40 gave one more than the others, and each got what the one before gave.
    const whole = await story.settle(await story.transfer(10, 11, OPENING));
    expect(whole.map(told)).toEqual(['applied']);
    const more = await story.settle(await story.transfer(10, 11, 1n));
    expect(more.map(told)).toEqual(['INSUFFICIENT']);
    expect((await story.settle(await story.transfer(11, 10, OPENING))).map(told)).toEqual(['applied']);
  });

  it('lets an agent spend from a budget that only its owner reads, by calls at both replicas and never beyond its limits', async () => {
    const [payer, provider] = [story.account(30), story.account(31)];
    const folder = join(stack.home, 'agent');
    const own = ownLedgerOf(story, stack, [30, 31]);
    const day = 86_400_000;
    const terms: MandateTerms = {
      ...{ payer: payer.id, mandate: 'agent-7', budget: 100_000n, perCall: 40_000n, perDay: 90_000n },
      ...{ untilMs: Date.now() + day, payees: [provider.id] },
      ops: ['transfer', 'reserve'],
    };
    const [funded] = await story.settle(await story.ofIssuer(payer.id, { op: 'deposit', amount: 100_000n }));
    expect(funded?.memo?.status).toBe('applied');
    const granted = await grant(own, terms, folder);
    expect(granted.map(told)).toEqual(['applied', 'applied', 'applied']);

    // 40,000 set aside, 781 used, 39,219 in the budget again.
    const agent = MandateFolder.open(folder);
    const closer = toBase64(ed25519PublicKey(provider.seed));
    const untilMs = Date.now() + day;
    const hold = { op: 'reserve', to: provider.id, amount: 40_000n, closer, untilMs } as const;
    const held = await spend(story.client, agent, hold);
    const used = { op: 'commit', reservation: held.intentId, amount: 781n } as const;
    expect([told(held), told(await own.closing('agent-7', provider.id, used))]).toEqual([
      'applied',
      'applied',
    ]);
    expect((await own.statement('agent-7')).statement.opening).toMatchObject({
      ...{ available: 60_000n + 39_219n, pending: 0n, reserved: 0n },
    });

    // Of the day 50,000 are left: the limit holds whichever of three processes comes first, and wherever it asks.
    const replicas = [stack.address.grpc, stack.second?.grpcAddress ?? '', stack.address.grpc];
    const calls = replicas.map((at) => paidByCommand(stack, at, [folder, provider.id, 25_000n]));
    const paid = await Promise.all(calls);
    expect(paid.map((call) => call.told).sort()).toEqual(['DELEGATE_LIMIT', 'applied', 'applied']);
    const refusals = [
      await spend(story.client, agent, { op: 'transfer', to: provider.id, amount: 40_001n }),
      await spend(story.client, agent, { op: 'transfer', to: payer.id, amount: 1n }),
    ];
    expect(refusals.map(told)).toEqual(['DELEGATE_LIMIT', 'DELEGATE_NOT_ALLOWED']);

    const stranger = { account: 'agent-7', seed: fromBase64(agent.content.seed) };
    const asked = askStatement(story.client, story.ledger, stranger, {
      ...{ deadlineMs: 120_000, requestId: randomUUID() },
    });
    await expect(asked).rejects.toMatchObject({ code: 'ANSWER_REFUSED' });
    const { revoked, proven, returned } = await end(own, 'agent-7');
    expect([revoked, returned].map((outcome) => outcome && told(outcome))).toEqual(['applied', 'applied']);
    expect(proven?.statement.opening.available).toBe(49_219n);
    const after = await spend(story.client, agent, { op: 'transfer', to: provider.id, amount: 1n });
    expect(told(after)).toBe('NOT_OWNER');
    expect((await own.statement(payer.id)).statement.opening.available).toBe(OPENING + 49_219n);
  });

  it('lets an agent spend by calls of the client alone, until its owner takes the power away', async () => {
    const [payer, provider] = [story.account(32), story.account(33)];
    const [owner, agent] = [randomBytes(32), randomBytes(32)];
    const mandates = story.client.mandates(story.founded.pin);
    const key = toBase64(ed25519PublicKey(agent));
    const granted = await mandates.grant(
      {
        ...{ account: 'agent-8', agent: key, budget: 500n, perCall: 300n, perDay: 400n },
        ...{ untilMs: Date.now() + 86_400_000, ops: ['transfer'], payees: [provider.id] },
      },
      {
        issuer: { seed: story.issuerSeed, nonce: 1 },
        owner: { seed: owner, nonce: 1 },
        payer: story.ownerOf(payer),
      },
    );
    expect(granted.map(told)).toEqual(['applied', 'applied', 'applied']);
    const as = (seed: Uint8Array, nonce: number) => ({ account: 'agent-8', seed, nonce });
    const untilMs = Date.now() + 60_000;
    expect([
      told(await mandates.pay(as(agent, 1), provider.id, 301n)),
      told(await mandates.pay(as(agent, 2), payer.id, 1n)),
      told(await mandates.reserve(as(agent, 3), { to: provider.id, amount: 1n, closer: key, untilMs })),
      told(await mandates.pay(as(agent, 4), provider.id, 99n)),
      told(await mandates.revoke(as(owner, 2), key)),
      told(await mandates.pay(as(agent, 5), provider.id, 1n)),
    ]).toEqual([
      'DELEGATE_LIMIT',
      'DELEGATE_NOT_ALLOWED',
      'DELEGATE_NOT_ALLOWED',
      'applied',
      'applied',
      'NOT_OWNER',
    ]);
  });

  it('sells to the highest of five sealed bids at the price of the second, a tie and one without money among them', async () => {
    const [seller, ...bidders] = [40, 41, 42, 43, 44, 45].map((index) => story.account(index));
    if (seller === undefined) throw new RangeError('no seller');
    const closer = auctionKey({ ledger: story.ledger.pin.ledger, seller: seller.id, name: 'vase' });
    const untilMs = Date.now() + 3_600_000;
    const amounts = [700n, 500n, 700n, 300n, OPENING + 1n];
    const bids = await Promise.all(
      bidders.map((bidder, index) =>
        story.ofOwner(bidder, {
          op: 'reserve',
          to: seller.id,
          amount: amounts[index] ?? 0n,
          closer,
          untilMs,
        }),
      ),
    );
    expect((await story.settle(...bids)).map(told)).toEqual([...Array(4).fill('applied'), 'INSUFFICIENT']);
    const [settled] = await story.settle(
      await story.ofOwner(seller, { op: 'settle', auction: 'vase', floor: 10n }),
    );
    expect(settled?.memo).toMatchObject({ status: 'applied', transferred: 700n });
    const winner = bids.findIndex(({ intentId }) => intentId === settled?.memo?.winner);
    expect([0, 2]).toContain(winner);
    // Who lost has all of its money again, and who won what the price left.
    const rest = (index: number): bigint => (index === winner ? OPENING - 700n : OPENING);
    const pay = (index: number, more: bigint) =>
      story.ofOwner(story.account(41 + index), { op: 'transfer', to: seller.id, amount: rest(index) + more });
    for (const [more, answer] of [
      [1n, 'INSUFFICIENT'],
      [0n, 'applied'],
    ] as const) {
      const all = await Promise.all(bidders.map((_bidder, index) => pay(index, more)));
      expect((await story.settle(...all)).map(told)).toEqual(bidders.map(() => answer));
    }
  });

  it('has one version a batch, without a gap, and every bundle verifies offline as replayed', async () => {
    const batches = [];
    for await (const batch of story.ledger.batches()) batches.push(batch);
    const applied = batches.filter(({ state }) => state === 'LEDGER_BATCH_STATE_APPLIED');
    expect(applied.map(({ version }) => Number(version))).toEqual(applied.map((_, index) => index + 2));
    expect((await story.ledger.head()).version).toBe(applied.length + 1);
    const replay = sealReplay(sealEngines());
    for (const { run } of applied) {
      const bundle = await bundleOf(run);
      const ciphertexts = new Map<string, Uint8Array>();
      for await (const { digest, bytes } of readCiphertexts(story.client.services, bundle)) {
        if (bytes !== null) ciphertexts.set(digest, bytes);
      }
      const verdict = await verifyBundle(bundle, stack.trust, {
        at: null,
        replay,
        ciphertext: (digest) => ciphertexts.get(digest) ?? null,
      });
      const steps = verdict.steps.map(({ stepId, integrity }) => `${stepId} ${integrity}`);
      expect({ run, outcome: verdict.outcome, steps }).toEqual({
        run,
        outcome: 'verified',
        steps: ['batch.authorize SIMULATED', 'batch.apply REPLAYED'],
      });
    }
  });

  it('stops under a suspended key, goes on when its issuer activates it, and rotates from under a compromised one', async () => {
    const { client, ledger, issuerSeed } = story;
    const options = () => ({ deadlineMs: 120_000, requestId: randomUUID() });
    const order = async (to: KeyState, epoch?: number) => {
      const of = epoch === undefined ? {} : { epoch };
      const terms = { to, notAfterMs: Date.now() + 120_000, ...of };
      const changed = await orderLedgerKey(client, ledger.pin, terms, issuerSeed, options());
      changes.push(await changed.run.bundle());
      return changed.receipt;
    };
    const refused = async (): Promise<unknown> =>
      story.settle(await story.transfer(12, 13, 1n)).catch((error: unknown) => error);

    const underway = await ledger.seal([await story.transfer(12, 13, 7n)]);
    expect(statedKeys(await order('suspended'))).toEqual([{ epoch: 1, state: 'suspended' }]);
    // Sealed before, and sent by somebody who has not heard of it: it waits, and the enclave refuses its batches.
    await ledger.send(underway);
    await until('a batch is refused under the suspended key', async () => {
      for await (const { reason } of ledger.batches()) if (reason === 'KEY_SUSPENDED') return true;
      return false;
    });
    await ledger.head();
    expect(await refused()).toMatchObject({ code: 'KEY_SUSPENDED' });
    await expect(rotateLedger(client, ledger.pin, options())).rejects.toMatchObject({
      message: expect.stringContaining('KEY_SUSPENDED'),
    });

    await order('active');
    for await (const outcomes of ledger.outcomes([underway])) expect(outcomes.map(told)).toEqual(['applied']);
    await ledger.head();
    expect((await story.settle(await story.transfer(13, 12, 7n))).map(told)).toEqual(['applied']);

    const late = await story.transfer(12, 13, 9n);
    await order('compromised');
    await ledger.head();
    expect(await refused()).toMatchObject({ code: 'KEY_COMPROMISED' });
    const rotated = await rotateLedger(client, ledger.pin, options());
    changes.push(await rotated.run.bundle());
    await ledger.head();
    expect((await story.settle(late, await story.transfer(12, 13, 1n))).map(told)).toEqual([
      'EPOCH_WRONG',
      'applied',
    ]);
    expect((await story.settle(await story.transfer(13, 12, 1n))).map(told)).toEqual(['applied']);
    expect(statedKeys(await order('destroyed', 1))).toEqual([
      { epoch: 1, state: 'destroyed' },
      { epoch: 2, state: 'active' },
    ]);
    // Each order is in a bundle that verifies, with who signed it.
    const verdicts = await Promise.all(
      changes.map((bundle) => verifyBundle(bundle, stack.trust, { at: null })),
    );
    expect(verdicts.map(({ outcome }) => outcome)).toEqual(changes.map(() => 'verified'));
    const checks = verdicts.flatMap(({ stages }) => stages.flatMap((stage) => stage.checks));
    const orders = checks.filter(({ id }) => id === 'BND-LEDGER-012').map(({ title }) => title);
    const issuer = toBase64(ed25519PublicKey(issuerSeed));
    expect(orders).toEqual([
      `key.authorize: key of epoch 1 from active to suspended, ordered by ${issuer}`,
      `key.authorize: key of epoch 1 from suspended to active, ordered by ${issuer}`,
      `key.authorize: key of epoch 1 from active to compromised, ordered by ${issuer}`,
      `key.authorize: key of epoch 1 from compromised to destroyed, ordered by ${issuer}`,
    ]);
  }, 300_000);

  it('leaves the whole history to its tenant: pages, intents, outcomes and what a new enclave needs', async () => {
    const { ledger } = await unary<GetLedgerResponse__Output>(
      (options, callback) =>
        story.client.services.ledger.getLedger({ name: story.ledger.name }, options, callback),
      { deadlineMs: 10_000 },
    );
    const batches = [];
    for await (const batch of story.ledger.batches()) {
      if (batch.state === 'LEDGER_BATCH_STATE_APPLIED') batches.push(batch);
    }
    const { snapshot, publicKeyId } = story.founded.receipt;
    const named = [
      ...(ledger?.pages ?? []).map(({ digest }) => digest),
      ...batches.flatMap(({ intents, outcomes, receipt }) => [intents, outcomes, receipt]),
      publicKeyId,
      snapshot ?? '',
    ];
    expect(ledger?.pages).toHaveLength(3);
    const pages = (ledger?.pages ?? []).map((page) => page.digest);
    const lying = await stack.query<{ size: number; bytes: number }>(
      'select size, length(data) as bytes from sealflow.blobs where digest = any($1)',
      [pages],
    );
    expect(lying).toHaveLength(pages.length);
    for (const { size, bytes } of lying) expect(bytes, 'a page lies packed').toBeLessThan(0.95 * size);
    for (const digest of named) {
      const bytes = await readBlob(story.client.services.blob, digest, {
        deadlineMs: 10_000,
        bytesMax: 8 * 1024 * 1024,
      });
      expect(digestOf(bytes)).toBe(digest);
    }
    const [unnamed] = await stack.query<{ count: number }>(
      `select count(*)::int as count from sealflow.blobs blob where key_owner = ''
       and not exists (select from sealflow.blob_tenants held where held.digest = blob.digest)`,
    );
    expect(unnamed).toEqual({ count: 0 });
  });

  it('is replayed from its founding on by whoever has its bundles and ciphertexts, and no key', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sealflow-ledger-'));
    try {
      const bundles = [await story.founded.run.bundle(), ...changes];
      for await (const { run, state } of story.ledger.batches()) {
        if (state === 'LEDGER_BATCH_STATE_APPLIED') bundles.push(await bundleOf(run));
      }
      for (const [index, bundle] of bundles.entries()) {
        writeFileSync(join(folder, `${index}.evidence.json`), bundle);
        for await (const { digest, bytes } of readCiphertexts(story.client.services, bundle)) {
          if (bytes !== null) writeFileSync(ciphertextFile(folder, digest), bytes);
        }
      }
      const command = join(projectRoot, 'apps/cli/bin/sealflow.js');
      const args = [command, 'ledger', 'replay', folder, '--ciphertexts', folder, '--json'];
      // It rejects with what was printed where the exit code is another than 0.
      const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 2 ** 22 });
      const { outcome, versions, findings } = JSON.parse(stdout) as LedgerReplay;
      expect({ outcome, findings }).toEqual({ outcome: 'REPLAYED', findings: [] });
      expect(versions).toBe((await story.ledger.head()).version);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('shows an account to its owner, by an answer that nobody else opens and anybody can check', async () => {
    const receipt = await story.ledger.head();
    const { id, seed } = story.account(20);
    const keys = generateSealKeyPair((count) => new Uint8Array(randomBytes(count)));
    const { ledger } = story.ledger.pin;
    const question = signQuestion(
      {
        ledger,
        head: { version: receipt.version, receipt: parseDigest(await story.headDigest()) },
        asked: { kind: 'statement', account: id },
        answerKey: keys.publicKey,
        notAfterMs: Date.now() + 60_000,
        nonce: new Uint8Array(randomBytes(16)),
      },
      seed,
    );
    const definition = builtinText('ledger-disclose');
    const planned = await story.client.plan({ definition, parameters: { disclose: { ledger } } });
    const options = { deadlineMs: 120_000, requestId: randomUUID() };
    const run = await story.client.create(
      await story.client.prepare(planned, { request: question }, options),
    );
    expect(await run.wait()).toMatchObject({ state: 'RUN_STATE_SUCCEEDED' });
    const verdict = await run.verify();
    expect(verdict.outcome).toBe('verified');
    const output = verdict.run?.outputs.find(({ name }) => name === 'answer');
    const limits = { deadlineMs: 10_000, bytesMax: 1024 * 1024 };
    const bytes = await readBlob(story.client.services.blob, parseDigest(output?.commitment ?? ''), limits);
    const subject = { tenant: DEVELOPMENT_TENANT, ledger, question: questionId(question) };
    const { reason, document } = await openAnswer(bytes, keys.secretKey, subject);
    expect(reason).toBeNull();
    const stated = isJsonObject(document) ? document['statement'] : undefined;
    const statement = parseStatement(canonicalBytes(stated ?? null));
    // In the ring it gave as often as it was given.
    expect(statement.opening).toMatchObject({ account: id, available: OPENING });
    expect(verifyStatement(statement, receipt).map(({ result }) => result)).toEqual(['pass', 'pass', 'pass']);
  });

  it('gives nothing to whoever asks for another tenant, or for what was never sent', async () => {
    const digest = digestOf(Buffer.from('never sent'));
    expect(await story.ledger.find({ digest })).toBeNull();
    const other = stack.client('globex');
    const call = unary<ListLedgerBatchesResponse__Output>(
      (options, callback) =>
        other.services.ledger.listLedgerBatches({ parent: story.ledger.name }, options, callback),
      { deadlineMs: 10_000 },
    );
    await expect(call).rejects.toMatchObject({ reason: 'TENANT_MISMATCH' });
  });
});
