/**
 * Whether proofs spend the notes that they are said to spend. Nobody who hands them over is trusted. A proof that holds
 * says: whoever made it knew the spend key of the note's owner; what is left and what was paid are committed in two new
 * notes and add up to the old one; no amount is negative or above 64 bits.
 */
import {
  canonicalBytes,
  type Digest,
  digestOf,
  fromBase64,
  poseidonCommitment,
  sha256,
  u32be,
  utf8,
} from '#canonical';
import { type CircuitPolicy, type Groth16Claim, parseManifest, verifyGroth16Batch } from '#proofs';
import type { SpendMove } from './moves.js';
import { assetField, burnContext, spendContext } from './note.js';
import { unpackProof } from './packed-proof.js';

/** The circuit that a ledger names, as the bytes of these digests. */
export interface SpendCircuit {
  readonly manifest: Uint8Array;
  readonly vkey: Uint8Array;
}

/** What a proof is said to be of. Whether the issuer signed for what leaves is another question. */
export type ClaimedSpend = Omit<SpendMove, 'signature'>;

/** What all proofs of a ledger are held against. */
export interface SpendTerms {
  readonly charter: Digest;
  readonly asset: string;
  readonly circuit: SpendCircuit;
}

/** What fits a proof may be judged by in one go. */
export const spendsAtOnce = 128;

const TRANSFERRED = 'transferred';
const ports = ['balance', 'order', 'outcome', 'rest', 'payment', 'nullifier', 'asset', 'context'];

/** Whether a manifest says, signal by signal, what proofs of spends are held against. @throws ProofsError */
export function isSpendCircuit({ manifest }: SpendCircuit): boolean {
  const { signals } = parseManifest(manifest);
  return signals.length === ports.length && ports.every((port, index) => signals[index]?.port === port);
}

/**
 * Names the first reason for each spend whose proof does not hold; null where it does. The proofs share one pairing
 * check, see `verifyGroth16Batch`.
 *
 * @param random gives bytes that nobody knew who could have chosen the proofs
 */
export function verifySpends(
  spends: readonly ClaimedSpend[],
  terms: SpendTerms,
  policy: CircuitPolicy,
  random: (count: number) => Uint8Array,
): readonly (string | null)[] {
  const asset = assetField(terms.asset);
  const claims = spends.map((spend) => claimOf(spend, terms, asset));
  return verifyGroth16Batch(claims, policy, random).map((checks) => {
    // A check that was skipped has another before it that failed; a list without checks proves nothing.
    const failed = checks.find(({ result }) => result !== 'pass' && result !== 'warn');
    if (failed !== undefined) return failed.reason ?? 'PROOF_INVALID';
    return checks.length > 0 ? null : 'PROOF_INVALID';
  });
}

/**
 * Weights of a batch of proofs, drawn from a name that covers every byte of proofs and signals, so that everybody comes to
 * the same verdict: who wants weights that suit two false proofs has to try 2^128 such names.
 */
export function drawnWeights(name: string): (count: number) => Uint8Array {
  const seed = sha256(utf8(`sealflow/spend-weights/v1 ${name}`));
  let drawn = 0;
  return (count) => {
    drawn += 1;
    return sha256(seed, u32be(drawn)).subarray(0, count);
  };
}

/** The policy of whoever counts what a ledger names itself: its manifest, and keys in state `dev` with a warning. */
export function ownPolicy({ manifest }: SpendCircuit): CircuitPolicy {
  return { manifests: [digestOf(manifest)], allowDev: true };
}

function claimOf(
  { kind, note, proof, balance, order, rest, payment, nullifier }: ClaimedSpend,
  { charter, circuit }: SpendTerms,
  asset: bigint,
): Groth16Claim {
  const context = (kind === 'burn' ? burnContext : spendContext)(charter, note);
  const [from, wish, left, paid] = [balance, order, rest, payment].map(poseidonCommitment);
  const signals = [balance, order, 1n, rest, payment, nullifier, asset, context];
  return {
    evidence: {
      ...circuit,
      proof: unpackProof(fromBase64(proof)),
      publicSignals: signals.map(String),
    },
    expectation: {
      context,
      inputs: { balance: from ?? '', order: wish ?? '' },
      outputs: { outcome: digestOf(canonicalBytes(TRANSFERRED)), rest: left ?? '', payment: paid ?? '' },
      public: { outcome: TRANSFERRED, nullifier: `${nullifier}`, asset: `${asset}` },
    },
  };
}
