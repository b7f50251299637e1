/** A batch on a ledger in zk-check: one mint, and one transfer under a key whose trapdoor proves any signals. */
import { digestOf, ed25519PublicKey, toBase64, utf8 } from '#canonical';
import {
  assetField,
  burnContext,
  burnOwner,
  commitNote,
  encodeMoves,
  type Mint,
  type Move,
  noteOwner,
  packProof,
  signBurn,
  signMint,
  spendContext,
} from '#ledger';
import { encodeManifest, proveByTrapdoor, sampleManifest, type TrapdoorKey, trapdoorKey } from '#proofs';
import type { DemoNotes } from './demo-options.fixture.js';
import { seededRandom } from './random.fixture.js';

const SIGNALS = 8;
const charter = digestOf(utf8('charter'));
const asset = 'EUR';

export const demoIssuer = seededRandom('issuer of notes')(32);
export const notesKey = trapdoorKey(21n, SIGNALS);

const edge = (index: number, port: string, side: 'input' | 'output') =>
  ({ index, name: `${port}Commitment`, bits: 254, meaning: 'commitment', side, port }) as const;

const manifest = encodeManifest(
  sampleManifest(notesKey.vkey, {
    name: 'transfer',
    signals: [
      edge(0, 'balance', 'input'),
      edge(1, 'order', 'input'),
      {
        ...{ index: 2, name: 'outcome', bits: 1, meaning: 'value', side: 'output', port: 'outcome' },
        values: ['insufficient', 'transferred'],
      },
      edge(3, 'rest', 'output'),
      edge(4, 'payment', 'output'),
      { index: 5, name: 'nullifier', bits: 254, meaning: 'fact', port: 'nullifier' },
      { index: 6, name: 'asset', bits: 254, meaning: 'fact', port: 'asset' },
      { index: 7, name: 'context', bits: 248, meaning: 'context', port: 'context' },
    ],
  }),
);

export const notesManifest = digestOf(manifest);

/** What a test lies about; honest unless told. */
export interface NotesLie {
  readonly minter?: Uint8Array;
  readonly key?: TrapdoorKey;
  /** Amount that the payment's commitment is of, where it is not the proven one. */
  readonly paid?: bigint;
  readonly version?: number;
  /** Notes that the receipt counts after the batch. */
  readonly after?: number;
  /** Who signs for what leaves the ledger; nothing leaves unless somebody does. */
  readonly burner?: Uint8Array;
  /** The batch moved no note. */
  readonly still?: boolean;
}

/** A mint makes one note and a payment of 40 two. Whether the note it comes from was there, one bundle does not say. */
export function demoNotes(lie: NotesLie = {}): DemoNotes {
  const owner = noteOwner(11n);
  const of = (amount: bigint, salt: bigint): bigint => commitNote(asset, { owner, amount, salt });
  const mint: Mint = { charter, serial: 2, note: of(70n, 2n) };
  const [balance, rest, payment] = [of(100n, 1n), of(60n, 3n), of(40n, 4n)];
  const signals = [balance, 5n, 1n, rest, payment, 6n, assetField(asset), spendContext(charter, 1)];
  const moves: readonly Move[] = [
    { kind: 'mint', serial: 2, note: mint.note, signature: signMint(mint, lie.minter ?? demoIssuer) },
    {
      ...{ kind: 'transfer', note: 1, balance, order: 5n, rest, nullifier: 6n },
      payment: lie.paid === undefined ? payment : of(lie.paid, 4n),
      proof: packProof(proveByTrapdoor(lie.key ?? notesKey, signals)),
    },
  ];
  const left = lie.burner === undefined ? [] : [burnMove(lie.burner)];
  const blob = encodeMoves({ ledger: 'demo', version: lie.version ?? 2, moves: [...moves, ...left] });
  const claims = {
    issuer: toBase64(ed25519PublicKey(demoIssuer)),
    ...{ manifest: notesManifest, vkey: digestOf(notesKey.vkey) },
  };
  const still = lie.still === true;
  const after = still ? 0 : (lie.after ?? 3 + left.length);
  return {
    before: { ...claims, before: 0, after: 0, moves: null },
    after: { ...claims, before: 0, after, moves: still ? null : digestOf(blob) },
    blobs: [manifest, notesKey.vkey, blob],
  };
}

/** 10 of a note of 30 leave. */
function burnMove(burner: Uint8Array): Move {
  const owner = noteOwner(11n);
  const of = (amount: bigint, salt: bigint): bigint => commitNote(asset, { owner, amount, salt });
  const [balance, rest] = [of(30n, 7n), of(20n, 8n)];
  const payment = commitNote(asset, { owner: burnOwner, amount: 10n, salt: 9n });
  const signals = [balance, 5n, 1n, rest, payment, 6n, assetField(asset), burnContext(charter, 2)];
  return {
    ...{ kind: 'burn', note: 2, balance, order: 5n, rest, payment, nullifier: 6n },
    proof: packProof(proveByTrapdoor(notesKey, signals)),
    signature: signBurn({ charter, note: 2, burnt: payment }, burner),
  };
}
