import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  digestOf,
  ed25519PublicKey,
  fromBase64,
  isJsonObject,
  type Json,
  sha256,
  toBase64,
  utf8,
} from '#canonical';
import {
  applyBatch,
  assetField,
  type Charter,
  commitNote,
  drawnWeights,
  encodeMoves,
  foundState,
  type Intent,
  type IntentBody,
  type LedgerState,
  type Note,
  noteOwner,
  ownPolicy,
  proveReadings,
  type SpendBody,
  type SpendCircuit,
  type SpendDraft,
  signMint,
  spendBody,
  spendContext,
  spendQuestion,
  spendsOf,
  type TransferMove,
  unpackProof,
  verifySpends,
} from '#ledger';
import { projectRoot } from '../../apps/cli/src/installation/paths.js';
import { type Figure, median } from './figures.js';
import { snarkjsTimes } from './verify-proofs.js';

const PAYERS = 128;
const ROUNDS = 5;
const BATCH = 128;
const nowMs = Date.UTC(2026, 10, 20, 12);
const issuerSeed = sha256(utf8('bench issuer'));
const key = toBase64(ed25519PublicKey(issuerSeed));

/**
 * A batch of transfers in zk-check, proven by the circuit of this release: what the key enclave does about proofs and
 * notes, and what anybody does who replays them, on one core. Signatures of intents, ciphertexts, queue and database are
 * those of every batch and have figures of their own. The peer checks the same kind of proof one by one.
 */
export function measureZkLedger(): Figure[] {
  const ledger = new Payers();
  const started = performance.now();
  const spends = ledger.proven();
  const proveMs = performance.now() - started;
  const items = spends.map(
    (spend, index) => ({ intent: ledger.transfer(index, spend), reason: null }) as const,
  );
  const { state, circuit } = ledger;
  const decided = median(
    rounds(() => {
      const readings = proveReadings(state, items, circuit, drawnWeights('bench'));
      const { outcomes, moves } = applyBatch(state, {
        version: state.version,
        timeMs: nowMs,
        items: readings,
      });
      if (outcomes.some(({ status }) => status !== 'applied') || moves.length !== PAYERS)
        throw new Error('an honest transfer was refused');
    }),
  );
  const wanted = spendsOf(state, items).filter((spend): spend is TransferMove => spend !== null);
  const terms = { charter: ledger.charter.digest, asset: 'EUR', circuit };
  const bare = median(
    rounds(() => {
      const found = verifySpends(wanted, terms, ownPolicy(circuit), drawnWeights('bench'));
      if (found.some((reason) => reason !== null)) throw new Error('an honest proof failed');
    }),
  );
  const bytes = encodeMoves({ ledger: 'bench', version: 2, moves: wanted });
  const [first] = wanted;
  const peer = first === undefined ? Number.NaN : snarkjsTimes(ledger.evidence(first));
  const rate = (ms: number): number => (PAYERS * 1_000) / ms;
  const samples = ROUNDS;
  return [
    {
      name: 'zk-check: transfers/s, proofs and decision',
      value: rate(decided),
      unit: '/s',
      samples,
      note: `batch of ${PAYERS}, one core; proofs verified ${BATCH} at a time, notes moved, state made`,
    },
    {
      name: 'zk-check: batch proof verification alone',
      value: rate(bare),
      unit: '/s',
      samples,
      note: 'the same proofs: what bounds the line above, and a replay by anybody',
    },
    {
      name: 'peer: snarkjs groth16.verify, one by one',
      value: 1_000 / peer,
      unit: '/s',
      samples: 40,
      note: 'same circuit; WASM, nothing of manifest, subgroup of B, ledger and note',
    },
    {
      name: 'zk-check: moves of a transfer',
      value: bytes.length / PAYERS,
      unit: 'bytes',
      samples: 1,
      note: 'beside receipt and deltas; proof, five commitments, number',
    },
    {
      name: 'zk-check: proof by the payer, a transfer',
      value: proveMs / PAYERS,
      unit: 'ms',
      samples: PAYERS,
      note: 'in one process of one thread, its start included; at payers it is their own time',
    },
  ];
}

function rounds(work: () => void): number[] {
  work();
  return Array.from({ length: ROUNDS }, () => {
    const startMs = performance.now();
    work();
    return performance.now() - startMs;
  });
}

/** Accounts with a note each; everybody pays the next. */
class Payers {
  readonly circuit: SpendCircuit = { manifest: artifact('manifest.json'), vkey: artifact('vkey.json') };
  readonly charter: Charter = {
    ...{ ledger: 'bench', asset: 'EUR', issuer: key, supplyMax: 1n << 40n, pageCount: 1 },
    ...({ mode: 'zk-check', padding: 'touched', accounts: [], viewers: [] } as const),
    recovery: { threshold: 2, holders: [] },
    circuit: this.circuit,
    digest: digestOf(utf8('bench charter')),
  };
  readonly state: LedgerState;

  constructor() {
    let state = foundState(this.charter, nowMs);
    const apply = (bodies: readonly IntentBody[], nonce: number): void => {
      const items = bodies.map(
        (body, index) => ({ intent: this.#intent(index, nonce, body), reason: null }) as const,
      );
      const { outcomes, state: next } = applyBatch(state, { version: state.version, timeMs: nowMs, items });
      if (outcomes.some(({ status }) => status !== 'applied'))
        throw new Error('the bench ledger is not made');
      state = next;
    };
    const all = Array.from({ length: PAYERS }, (_, index) => index);
    apply(
      all.map((index) => ({ op: 'open', owner: key, rollover: 'auto', noteOwner: ownerOf(index) })),
      1,
    );
    apply(
      all.map((index) => {
        const { amount, salt, number: serial } = this.#note(index);
        const note = commitNote('EUR', { owner: ownerOf(index), amount, salt });
        const signature = signMint({ charter: this.charter.digest, serial, note }, issuerSeed);
        return { op: 'deposit', amount, mint: { serial, salt, signature } };
      }),
      2,
    );
    this.state = state;
  }

  proven(): SpendBody[] {
    const drafts = Array.from({ length: PAYERS }, (_, index) => this.#draft(index));
    const program = join(projectRoot, 'dist/apps/zk-prover/src/transfer/spend-program.js');
    const input = JSON.stringify({ spends: drafts.map(spendQuestion) });
    const run = spawnSync(process.execPath, [program], { input, encoding: 'utf8', maxBuffer: 2 ** 26 });
    if (run.status !== 0) throw new Error(`the prover ended ${run.status}: ${run.stderr}`);
    const { proofs } = JSON.parse(run.stdout) as { readonly proofs: readonly Json[] };
    return drafts.map((draft, index) => {
      const made = proofs[index];
      const proof = made !== undefined && isJsonObject(made) ? (made['proof'] ?? null) : null;
      return spendBody(draft, proof, this.circuit, ownPolicy(this.circuit));
    });
  }

  transfer(index: number, spend: SpendBody): Intent {
    return this.#intent(index, 3, { op: 'transfer', to: nameOf((index + 1) % PAYERS), amount: 400n, spend });
  }

  /** What a verifier that knows nothing of ledgers is given. */
  evidence({ note, balance, order, rest, payment, nullifier, proof }: TransferMove) {
    const context = spendContext(this.charter.digest, note);
    const signals = [balance, order, 1n, rest, payment, nullifier, assetField('EUR'), context];
    const { vkey } = this.circuit;
    return { vkey, publicSignals: signals.map(String), proof: unpackProof(fromBase64(proof)) };
  }

  #draft(index: number): SpendDraft {
    const salts = { order: BigInt(index + 1), rest: BigInt(index + 2), payment: BigInt(index + 3) };
    const of = { charter: this.charter.digest, asset: 'EUR', amount: 400n, salts };
    const payee = ownerOf((index + 1) % PAYERS);
    return { ...of, note: this.#note(index), spendKey: spendKeyOf(index), recipient: payee };
  }

  #note(index: number): Note {
    return { number: index + 1, amount: 1_000n, salt: BigInt(7_000 + index) };
  }

  #intent(index: number, nonce: number, body: IntentBody): Intent {
    const head = {
      ...{ intentId: digestOf(utf8(`${index} ${nonce}`)), ledger: 'bench', asset: 'EUR', epoch: 1 },
      ...{ account: nameOf(index), nonce, seen: 0, notAfterMs: nowMs + 60_000, memoKey: key, signer: key },
    };
    return { ...head, ...body };
  }
}

function spendKeyOf(index: number): bigint {
  return BigInt(90_000 + index);
}

function ownerOf(index: number): bigint {
  return noteOwner(spendKeyOf(index));
}

function nameOf(index: number): string {
  return `payer-${index}`;
}

function artifact(name: string): Uint8Array {
  return new Uint8Array(readFileSync(join(projectRoot, 'apps/zk-prover/artifacts/transfer', name)));
}
