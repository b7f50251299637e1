import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Digest, ed25519PublicKey, isJsonObject, type Json, parseDigest, toBase64 } from '#canonical';
import { createSealEngine, pageParameters, replayAdd } from '#ciphertext';
import {
  type FoundedLedger,
  foundLedger,
  type IntentOutcome,
  readCiphertexts,
  rotateLedger,
  type SealflowClient,
} from '#client';
import { serverStream } from '#contracts';
import { verifyBundle } from '#evidence';
import {
  type BurnBody,
  burnOwner,
  commitNote,
  type IntentBody,
  LedgerError,
  type Note,
  noteOwner,
  ownPolicy,
  packProof,
  paymentNote,
  type SpendBody,
  type SpendDraft,
  signBurn,
  signMint,
  spendBody,
  spendQuestion,
} from '#ledger';
import { proveByTrapdoor, trapdoorKey } from '#proofs';
import { generateSealKeyPair } from '#sealing';
import { askSpendProver } from '../../apps/cli/src/circuits/prover-program.js';
import { newSalt, spendCircuit } from '../../apps/cli/src/ledger/note-money.js';
import { ciphertextFile, ciphertextFolder } from '../../apps/cli/src/replay/ciphertext-folder.js';
import { findReceipts } from '../../apps/cli/src/replay/ledger-receipts.js';
import { replayHistory } from '../../apps/cli/src/replay/ledger-replay.js';
import { told } from '../support/page-ledger-story.js';
import { startTestStack, type TestStack } from '../support/test-stack.js';

/*
 * A ledger in zk-check, with the circuit of this release and the payers' own prover: a transfer counts with a proof, is
 * refused by its reason with a wrong one, and whoever has the bundles finds every proof to hold, without a key.
 */
const circuit = spendCircuit();
const random = (count: number): Uint8Array => new Uint8Array(randomBytes(count));
const issuerSeed = random(32);
const people = Object.fromEntries(
  ['alice', 'bob'].map((name) => [name, { seed: random(32), spendKey: newSalt(), nonce: 1, issued: 1 }]),
);

let stack: TestStack;
let client: SealflowClient;
let founded: FoundedLedger;
let serial = 0;

beforeAll(async () => {
  stack = await startTestStack();
  client = stack.client();
  const holders = ['notary', 'auditor'].map((name) => ({
    name,
    sealKey: toBase64(generateSealKeyPair(random).publicKey),
  }));
  const charter = {
    ...{ ledger: `zk-${randomBytes(6).toString('hex')}`, asset: 'EUR', supplyMax: 1_000_000n, pageCount: 1 },
    issuer: toBase64(ed25519PublicKey(issuerSeed)),
    ...({ mode: 'zk-check', padding: 'touched', accounts: [], viewers: [], circuit } as const),
    recovery: { threshold: 2, holders },
  };
  const options = { deadlineMs: 300_000, requestId: randomUUID() };
  founded = await foundLedger(client, charter, issuerSeed, options);
}, 300_000);
afterAll(() => stack.stop());

function person(name: string) {
  const found = people[name];
  if (found === undefined) throw new RangeError(`no ${name}`);
  return found;
}

async function settle(account: string, by: 'owner' | 'issuer', body: IntentBody): Promise<IntentOutcome> {
  const key = person(account);
  const nonce = by === 'owner' ? key.nonce++ : key.issued++;
  const seed = by === 'owner' ? key.seed : issuerSeed;
  await founded.ledger.head();
  const [outcome] = await founded.ledger.settle([
    await founded.ledger.intent({ account, seed, nonce }, body),
  ]);
  if (outcome === undefined) throw new Error('no outcome');
  return outcome;
}

/** A deposit, and the note that it made. */
async function given(account: string, amount: bigint): Promise<Note> {
  serial += 1;
  const salt = newSalt();
  const note = commitNote('EUR', { owner: noteOwner(person(account).spendKey), amount, salt });
  const mint = { charter: founded.receipt.charter, serial, note };
  const signature = signMint(mint, issuerSeed);
  const outcome = await settle(account, 'issuer', {
    op: 'deposit',
    amount,
    mint: { serial, salt, signature },
  });
  expect(told(outcome)).toBe('applied');
  return { number: outcome.memo?.note?.number ?? 0, amount, salt };
}

function draft(from: string, to: string, note: Note, amount: bigint): SpendDraft {
  return {
    ...{ charter: founded.receipt.charter, asset: 'EUR', note, amount },
    spendKey: person(from).spendKey,
    recipient: noteOwner(person(to).spendKey),
    salts: { order: newSalt(), rest: newSalt(), payment: newSalt() },
  };
}

/** One process of the prover for all of them: its start is what takes long. */
async function proofsOf(payments: readonly SpendDraft[]): Promise<readonly Json[]> {
  const { proofs } = await askSpendProver({ spends: payments.map(spendQuestion) });
  return (Array.isArray(proofs) ? proofs : []).map((made: Json) =>
    isJsonObject(made) ? (made['proof'] ?? null) : null,
  );
}

function proven(payment: SpendDraft, proof: Json | undefined): SpendBody {
  return spendBody(payment, proof ?? null, circuit, ownPolicy(circuit));
}

function pay(from: string, to: string, amount: bigint, spend?: SpendBody): Promise<IntentOutcome> {
  const body = { op: 'transfer', to, amount } as const;
  return settle(from, 'owner', spend === undefined ? body : { ...body, spend });
}

async function bundleOf(run: string): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  const stream = serverStream((options) => client.services.evidence.downloadBundle({ run }, options), {
    deadlineMs: 30_000,
  });
  for await (const { data } of stream) chunks.push(data);
  return Buffer.concat(chunks);
}

describe('a ledger in zk-check', () => {
  let first: Note;
  /** 250 and 400 from the first note, more than it has, then from what the 400 left and paid, 100 that leave, and what is left then. */
  let drafts: readonly SpendDraft[];
  let proofs: readonly Json[];
  /** Bundle of the rotation. */
  let rotated: Uint8Array;

  const drafted = (index: number): SpendDraft => {
    const found = drafts[index];
    if (found === undefined) throw new RangeError(`no draft ${index}`);
    return found;
  };
  const spendOf = (index: number): SpendBody => proven(drafted(index), proofs[index]);

  it('names issuer and circuit in its first receipt, and opens accounts under owners of notes', async () => {
    expect(founded.receipt.notes).toMatchObject({ before: 0, after: 0, moves: null });
    for (const name of Object.keys(people)) {
      const { seed, spendKey } = person(name);
      const owner = toBase64(ed25519PublicKey(seed));
      const body = { op: 'open', owner, rollover: 'auto', noteOwner: noteOwner(spendKey) } as const;
      expect(told(await settle(name, 'issuer', body))).toBe('applied');
    }
    first = await given('alice', 1_000n);
    const second = await given('bob', 70n);
    expect([first.number, second.number]).toEqual([1, 2]);
  });

  it('is proven to by the payers’ own program, which has no proof for more than a note holds', async () => {
    const paid = draft('alice', 'bob', first, 400n);
    const left = { number: 3, amount: 600n, salt: paid.salts.rest };
    const got = { number: 4, amount: 400n, salt: paid.salts.payment };
    const returned = draft('bob', 'alice', got, 150n);
    const kept = { number: 7, amount: 250n, salt: returned.salts.rest };
    const leaving = { ...draft('bob', 'bob', kept, 100n), recipient: burnOwner };
    drafts = [
      draft('alice', 'bob', first, 250n),
      paid,
      draft('alice', 'bob', first, 1_001n),
      draft('alice', 'bob', left, 600n),
      returned,
      leaving,
      draft('bob', 'alice', { number: 9, amount: 150n, salt: leaving.salts.rest }, 150n),
    ];
    proofs = await proofsOf(drafts);
    expect(proofs).toHaveLength(drafts.length);
    expect(() => spendOf(2)).toThrow(LedgerError);
  });

  it('refuses a transfer without a proof, and what no proof exists for', async () => {
    expect(told(await pay('alice', 'bob', 10n))).toBe('PROOF_MISSING');
    expect(told(await settle('alice', 'issuer', { op: 'withdraw', amount: 1n }))).toBe('NOT_OWNER');
  });

  it('refuses a proof of another amount or note, of another account, and under another key', async () => {
    const honest = spendOf(0);
    expect(told(await pay('alice', 'bob', 251n, honest))).toBe('PROOF_INVALID');
    expect(told(await pay('alice', 'bob', 250n, { ...honest, paymentSalt: newSalt() }))).toBe(
      'PROOF_INVALID',
    );
    expect(told(await pay('bob', 'alice', 25n, honest))).toBe('NOTE_UNKNOWN');
    const foreign = packProof(proveByTrapdoor(trapdoorKey(3n, 8), [1n, 2n, 1n, 4n, 5n, 6n, 7n, 8n]));
    expect(told(await pay('alice', 'bob', 250n, { ...honest, proof: foreign }))).toBe('PROOF_INVALID');
    // The circuit's own word that the note does not cover it is no transfer.
    const insufficient = packProof(proofs[2] ?? null);
    expect(told(await pay('alice', 'bob', 250n, { ...honest, proof: insufficient }))).toBe('PROOF_INVALID');
  });

  it('takes a transfer with its proof, once; a note that was spent is no note', async () => {
    const spend = spendOf(1);
    const outcome = await pay('alice', 'bob', 400n, spend);
    expect(told(outcome)).toBe('applied');
    expect(outcome.memo?.note).toEqual({ number: 3, salt: spend.restSalt });
    expect(told(await pay('alice', 'bob', 400n, spend))).toBe('NOTE_UNKNOWN');
    // The proof of an older note does not fit the newer one.
    expect(told(await pay('alice', 'bob', 400n, { ...spend, note: 3 }))).toBe('PROOF_INVALID');
    expect(told(await pay('alice', 'bob', 600n, spendOf(3)))).toBe('applied');
    expect(told(await pay('bob', 'alice', 150n, spendOf(4)))).toBe('applied');
  });

  it('lets money leave with its owner’s proof and the issuer’s word, and with neither alone', async () => {
    const spend = spendOf(5);
    const out = (by: 'owner' | 'issuer', burn: BurnBody) =>
      settle('bob', by, { op: 'withdraw', amount: 100n, burn });
    const word = { charter: founded.receipt.charter, note: spend.note, burnt: paymentNote(drafted(5)) };
    const good = { ...spend, signature: signBurn(word, issuerSeed) };
    expect(told(await out('issuer', good))).toBe('NOT_OWNER');
    const own = { ...spend, signature: signBurn(word, person('bob').seed) };
    expect(told(await out('owner', own))).toBe('PROOF_INVALID');
    // A payment from the same note is no proof that its owner wants it to leave.
    const { proof } = spendOf(4);
    expect(told(await out('owner', { ...good, proof }))).toBe('PROOF_INVALID');
    const outcome = await out('owner', good);
    expect(told(outcome)).toBe('applied');
    expect(outcome.memo?.note).toEqual({ number: 9, salt: spend.restSalt });
    expect(told(await out('owner', good))).toBe('NOTE_UNKNOWN');
  });

  it('has the same notes after its enclave was killed and its keys were rotated', async () => {
    await stack.kill('tee-worker', 'SIGKILL');
    await stack.start('tee-worker');
    expect(told(await pay('alice', 'bob', 100n, spendOf(1)))).toBe('NOTE_UNKNOWN');
    const options = { deadlineMs: 120_000, requestId: randomUUID() };
    const { receipt, run } = await rotateLedger(client, founded.pin, options);
    expect(receipt).toMatchObject({ epoch: 2, notes: { before: 9, after: 9, moves: null } });
    rotated = await run.bundle();
    expect(told(await pay('alice', 'bob', 100n, spendOf(1)))).toBe('NOTE_UNKNOWN');
    // Its proof was made in the first epoch, and names the ledger and the note alone.
    expect(told(await pay('bob', 'alice', 150n, spendOf(6)))).toBe('applied');
  });

  it('shows every proof in bundles that verify, and in a replay without a key', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sealflow-zk-ledger-'));
    try {
      const bundles = [await founded.run.bundle(), rotated];
      for await (const { run, state } of founded.ledger.batches())
        if (state === 'LEDGER_BATCH_STATE_APPLIED') bundles.push(await bundleOf(run));
      const checked: string[] = [];
      for (const [index, bundle] of bundles.entries()) {
        writeFileSync(join(folder, `${index}.evidence.json`), bundle);
        for await (const { digest, bytes } of readCiphertexts(client.services, bundle))
          if (bytes !== null) writeFileSync(ciphertextFile(folder, digest), bytes);
        const verdict = await verifyBundle(bundle, stack.trust, { at: null });
        expect(verdict.outcome).toBe('verified');
        const checks = verdict.stages.flatMap((stage) => stage.checks);
        checked.push(...checks.filter(({ id }) => id === 'BND-LEDGER-011').map(({ title }) => title));
      }
      expect(checked.filter((title) => title.includes('1 proofs of transfers'))).toHaveLength(5);
      const found = await findReceipts([folder]);
      using engine = await createSealEngine(pageParameters);
      const tools = {
        ciphertext: ciphertextFolder(folder),
        add: (page: Uint8Array, delta: Uint8Array) => replayAdd(engine, page, delta),
      };
      const replay = replayHistory(found, tools, stack.trust.circuits);
      expect({ outcome: replay.outcome, findings: replay.findings }).toEqual({
        outcome: 'REPLAYED',
        findings: [],
      });
      expect(replay.notes).toMatchObject({ proven: 5, withdrawn: 1, unspent: 6 });
      // Whoever counts no development keys finds each of them.
      const strict = replayHistory(found, tools, { ...stack.trust.circuits, allowDev: false });
      expect(new Set(strict.findings.map(({ reason }) => reason))).toEqual(new Set(['LEDGER_PROOF_INVALID']));
      const without = found.receipts.map((receipt) => ({ ...receipt, blob: (_: Digest) => null }));
      expect(replayHistory({ ...found, receipts: without }, tools, stack.trust.circuits).outcome).toBe(
        'INCOMPLETE',
      );
      expect(parseDigest(found.receipts.at(-1)?.receipt.notes?.manifest ?? '')).toMatch(/^sha256:/);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
