import { join } from 'node:path';
import { contextField, fromBase64, isJsonObject, type Json, parseDigest } from '#canonical';
import type { IntentOutcome } from '#client';
import {
  commitNote,
  type Note,
  noteOwner,
  ownPolicy,
  type SpendBody,
  type SpendCircuit,
  type SpendDraft,
  signMint,
  spendBody,
  spendQuestion,
} from '#ledger';
import { circuitFileNames } from '../circuits/circuit-folder.js';
import { askSpendProver } from '../circuits/prover-program.js';
import { readEvidenceFile } from '../evidence/files.js';
import { projectRoot } from '../installation/paths.js';
import { UsageError } from '../output/failure.js';
import { type OwnLedger, random } from './ledger-client.js';
import type { Wallet, WalletNote } from './wallet.js';

/** The circuit of this release that proves transfers. */
export function spendCircuit(): SpendCircuit {
  const file = (name: 'manifest' | 'vkey'): Uint8Array =>
    new Uint8Array(
      readEvidenceFile(join(projectRoot, 'apps/zk-prover/artifacts/transfer', circuitFileNames[name])),
    );
  return { manifest: file('manifest'), vkey: file('vkey') };
}

export function newSalt(): bigint {
  return contextField(random(32));
}

/** @throws UsageError for an account whose key is not here: its owner has to say what its notes are to be under */
export function ownerOfNotes(wallet: Wallet, account: string): bigint {
  return noteOwner(BigInt(wallet.account(account).spendKey ?? '0'));
}

/** A deposit by the issuer; in zk-check with a mint, whose note the account's owner is to know. */
export async function deposit(own: OwnLedger, account: string, amount: bigint): Promise<IntentOutcome> {
  const { wallet } = own;
  const { minted, issuerSeed } = wallet.known;
  if (minted === undefined) return own.byIssuer(account, { op: 'deposit', amount });
  const { asset } = await own.head();
  const [serial, salt] = [wallet.nextMint(), newSalt()];
  const note = commitNote(asset, { owner: ownerOfNotes(wallet, account), amount, salt });
  const signature = signMint({ charter: parseDigest(minted.charter), serial, note }, fromBase64(issuerSeed));
  const outcome = await own.byIssuer(account, { op: 'deposit', amount, mint: { serial, salt, signature } });
  const number = outcome.memo?.note?.number;
  if (number !== undefined)
    wallet.keepNotes({ [account]: (notes) => [...notes, textOf({ number, amount, salt })] });
  return outcome;
}

interface Payment {
  readonly from: string;
  readonly to: string;
  readonly amount: bigint;
}

/** A payment; in zk-check with a proof that this machine makes, from the smallest note that covers it. */
export async function transfer(own: OwnLedger, { from, to, amount }: Payment): Promise<IntentOutcome> {
  const { wallet } = own;
  const { minted } = wallet.known;
  if (minted === undefined) return own.byOwner(from, { op: 'transfer', to, amount });
  const { asset } = await own.head();
  const note = covering(wallet, from, amount);
  const draft: SpendDraft = {
    ...{ charter: parseDigest(minted.charter), asset, note, amount },
    spendKey: BigInt(wallet.account(from).spendKey ?? '0'),
    recipient: ownerOfNotes(wallet, to),
    salts: { order: newSalt(), rest: newSalt(), payment: newSalt() },
  };
  const spend = await proven(draft);
  const outcome = await own.byOwner(from, { op: 'transfer', to, amount, spend });
  const number = outcome.memo?.note?.number;
  if (number !== undefined) keep(wallet, { from, to, amount }, draft, number);
  return outcome;
}

async function proven(draft: SpendDraft): Promise<SpendBody> {
  const { proofs } = await askSpendProver({ spends: [spendQuestion(draft)] });
  const [made]: readonly Json[] = Array.isArray(proofs) ? proofs : [];
  const circuit = spendCircuit();
  const proof = isJsonObject(made) ? (made['proof'] ?? null) : null;
  return spendBody(draft, proof, circuit, ownPolicy(circuit));
}

/** A proof is of one note, so a payment comes from one. */
function covering(wallet: Wallet, account: string, amount: bigint): Note {
  const notes = (wallet.account(account).notes ?? []).map(noteOf);
  const bySize = notes.sort((left, right) => (left.amount < right.amount ? -1 : 1));
  const smallest = bySize.find((note) => note.amount >= amount);
  if (smallest !== undefined) return smallest;
  const largest = bySize.at(-1)?.amount ?? 0n;
  throw new UsageError(
    `amount: expected at most ${largest}, the largest of the ${notes.length} notes of ${account}: in zk-check a payment comes from one note`,
  );
}

function keep(
  wallet: Wallet,
  { from, to, amount }: Payment,
  { note, salts }: SpendDraft,
  number: number,
): void {
  const rest = note.amount - amount;
  wallet.keepNotes({
    [from]: (notes) => [
      ...notes.filter((each) => each.number !== note.number),
      ...(rest > 0n ? [textOf({ number, amount: rest, salt: salts.rest })] : []),
    ],
  });
  wallet.keepNotes({
    [to]: (notes) => [...notes, textOf({ number: number + 1, amount, salt: salts.payment })],
  });
}

function textOf({ number, amount, salt }: Note): WalletNote {
  return { number, amount: `${amount}`, salt: `${salt}` };
}

function noteOf({ number, amount, salt }: WalletNote): Note {
  return { number, amount: BigInt(amount), salt: BigInt(salt) };
}
