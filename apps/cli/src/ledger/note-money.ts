import { join } from 'node:path';
import { contextField, digestOf, fromBase64, isJsonObject, type Json, parseDigest } from '#canonical';
import type { IntentOutcome } from '#client';
import {
  burnOwner,
  commitNote,
  type Note,
  noteOwner,
  ownPolicy,
  paymentNote,
  type SpendBody,
  type SpendCircuit,
  type SpendDraft,
  signBurn,
  signMint,
  spendBody,
  spendQuestion,
} from '#ledger';
import { type CircuitPolicy, parseManifest } from '#proofs';
import { circuitFileNames } from '../circuits/circuit-folder.js';
import { askSpendProver } from '../circuits/prover-program.js';
import { readEvidenceFile } from '../evidence/files.js';
import { projectRoot } from '../installation/paths.js';
import { UsageError } from '../output/failure.js';
import { random } from '../stack/as-client.js';
import { type OwnLedger } from './ledger-client.js';
import type { Wallet, WalletNote } from './wallet.js';

/** The circuit of this release that proves transfers. */
export function spendCircuit(): SpendCircuit {
  const file = (name: 'manifest' | 'vkey'): Uint8Array =>
    new Uint8Array(
      readEvidenceFile(join(projectRoot, 'apps/zk-prover/artifacts/transfer', circuitFileNames[name])),
    );
  return { manifest: file('manifest'), vkey: file('vkey') };
}

/**
 * Proofs under a circuit that the user's own trust file does not count would be none to the user.
 *
 * @throws UsageError
 */
export function requireCounted({ manifest }: SpendCircuit, policy: CircuitPolicy): void {
  const digest = digestOf(manifest);
  const listed = policy.manifests.includes(digest) && !(policy.revoked ?? []).includes(digest);
  const { state } = parseManifest(manifest);
  if (listed && (state !== 'dev' || policy.allowDev)) return;
  const why = listed ? `whose keys are in state ${state}` : `manifest ${digest}`;
  throw new UsageError(
    `--trust: expected a trust file that counts the circuit of transfers, got one that does not (${why}): nothing was founded`,
  );
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
  const draft = await drafted(own, minted.charter, { from, amount, recipient: ownerOfNotes(wallet, to) });
  const spend = await proven(draft);
  const outcome = await own.byOwner(from, { op: 'transfer', to, amount, spend });
  const number = outcome.memo?.note?.number;
  if (number === undefined) return outcome;
  keepRest(wallet, from, draft, number);
  const paid = { number: number + 1, amount, salt: draft.salts.payment };
  wallet.keepNotes({ [to]: (notes) => [...notes, textOf(paid)] });
  return outcome;
}

/**
 * Money that leaves the ledger: by the issuer in tee-check; in zk-check by the owner, with a proof that this machine makes
 * and the issuer's public word. Both keys are here, for trying it out.
 */
export async function withdraw(own: OwnLedger, account: string, amount: bigint): Promise<IntentOutcome> {
  const { wallet } = own;
  const { minted, issuerSeed } = wallet.known;
  if (minted === undefined) return own.byIssuer(account, { op: 'withdraw', amount });
  const draft = await drafted(own, minted.charter, { from: account, amount, recipient: burnOwner });
  const spend = await proven(draft);
  const word = { charter: draft.charter, note: draft.note.number, burnt: paymentNote(draft) };
  const burn = { ...spend, signature: signBurn(word, fromBase64(issuerSeed)) };
  const outcome = await own.byOwner(account, { op: 'withdraw', amount, burn });
  const number = outcome.memo?.note?.number;
  if (number !== undefined) keepRest(wallet, account, draft, number);
  return outcome;
}

async function drafted(
  own: OwnLedger,
  charter: string,
  { from, amount, recipient }: { readonly from: string; readonly amount: bigint; readonly recipient: bigint },
): Promise<SpendDraft> {
  const { asset } = await own.head();
  const note = covering(own.wallet, from, amount);
  return {
    ...{ charter: parseDigest(charter), asset, note, amount, recipient },
    spendKey: BigInt(own.wallet.account(from).spendKey ?? '0'),
    salts: { order: newSalt(), rest: newSalt(), payment: newSalt() },
  };
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

function keepRest(
  wallet: Wallet,
  account: string,
  { note, amount, salts }: SpendDraft,
  number: number,
): void {
  const rest = note.amount - amount;
  const left = rest > 0n ? [textOf({ number, amount: rest, salt: salts.rest })] : [];
  wallet.keepNotes({
    [account]: (notes) => [...notes.filter((each) => each.number !== note.number), ...left],
  });
}

function textOf({ number, amount, salt }: Note): WalletNote {
  return { number, amount: `${amount}`, salt: `${salt}` };
}

function noteOf({ number, amount, salt }: WalletNote): Note {
  return { number, amount: BigInt(amount), salt: BigInt(salt) };
}
