/**
 * A history of encrypted pages that is kept as seeds and digests: every byte of it can be made again, so a later
 * version that encrypts, adds or draws coins in any other way is found out. Nothing in it is a secret of anybody.
 */
import { aes256CtrKeystream, type Digest, digestOf, sha256, utf8 } from '#canonical';
import {
  encodeBalances,
  encodeDelta,
  type FheEngine,
  type FheKey,
  pageParameters,
  type SlotChange,
  slotCount,
} from '#ciphertext';

export interface GoldenStep {
  /** `found` encrypts first balances; `batch` adds a delta; `rotate` reads the page and encrypts it under another key. */
  readonly kind: 'found' | 'batch' | 'rotate';
  readonly page: number;
  readonly epoch: number;
  /** Of the delta; null where none was added. */
  readonly delta: Digest | null;
  readonly next: Digest;
}

export interface GoldenHistory {
  readonly format: 'sealflow/golden-ledger-history/v1';
  readonly engine: string;
  readonly paramsId: string;
  readonly seed: string;
  readonly publicKeys: readonly Digest[];
  readonly steps: readonly GoldenStep[];
}

/** How a history goes on; the choice is fixed, what it moves is drawn. */
const PAGES = 2;
const BATCHES = 12;
const ROTATED_AFTER = 8;
const TRANSFERS = [1, 10, 100, 1_000, 4_096] as const;
const FIRST_BALANCE_MAX = 1n << 40n;

/** Makes the history of a seed again, and checks on the way that what is encrypted is what was moved. */
export function makeHistory(engine: FheEngine, seed: string): GoldenHistory {
  const draw = new Draw(seed);
  const steps: GoldenStep[] = [];
  const publicKeys: Digest[] = [];
  let epoch = openEpoch(engine, seed, 1, publicKeys);
  const pages = Array.from({ length: PAGES }, (_, page) => {
    const balances = Array.from({ length: slotCount }, () => draw.below(FIRST_BALANCE_MAX));
    const bytes = epoch.encrypt(encodeBalances(balances), `found ${page}`);
    steps.push({ kind: 'found', page, epoch: 1, delta: null, next: digestOf(bytes) });
    return { balances, bytes };
  });
  for (let batch = 0; batch < BATCHES; batch += 1) {
    for (const [page, held] of pages.entries()) {
      const changes = transfers(held.balances, TRANSFERS[batch % TRANSFERS.length] ?? 1, draw);
      const delta = epoch.encrypt(encodeDelta(changes), `batch ${batch} ${page}`);
      held.bytes = engine.add(held.bytes, delta);
      steps.push({
        kind: 'batch',
        page,
        epoch: epoch.number,
        delta: digestOf(delta),
        next: digestOf(held.bytes),
      });
    }
    if (batch !== ROTATED_AFTER) continue;
    const older = epoch;
    epoch = openEpoch(engine, seed, 2, publicKeys);
    for (const [page, held] of pages.entries()) {
      held.bytes = epoch.encrypt(older.key.decrypt(held.bytes), `rotate ${page}`);
      steps.push({ kind: 'rotate', page, epoch: epoch.number, delta: null, next: digestOf(held.bytes) });
    }
    older.close();
  }
  for (const { bytes, balances } of pages) checkBalances(epoch.key, bytes, balances);
  epoch.close();
  return {
    format: 'sealflow/golden-ledger-history/v1',
    engine: `${engine.library.name}@${engine.library.version}`,
    paramsId: pageParameters.paramsId,
    seed,
    publicKeys,
    steps,
  };
}

interface Epoch {
  readonly number: number;
  readonly key: FheKey;
  encrypt(slots: BigUint64Array, coins: string): Uint8Array;
  close(): void;
}

function openEpoch(engine: FheEngine, seed: string, number: number, publicKeys: Digest[]): Epoch {
  const seedOf = (what: string): Uint8Array => sha256(utf8(`${seed}/epoch ${number}/${what}`));
  const key = engine.openKey(engine.createSecretKey(seedOf('secret key')));
  const bytes = key.createPublicKey(seedOf('public key'));
  publicKeys.push(digestOf(bytes));
  const publicKey = engine.openPublicKey(bytes);
  return {
    number,
    key,
    encrypt: (slots, coins) => publicKey.encryptWithCoins(slots, seedOf(`coins ${coins}`)),
    close: () => {
      publicKey[Symbol.dispose]();
      key[Symbol.dispose]();
    },
  };
}

/** Moves drawn amounts between drawn accounts of one page, and says what that changes. */
function transfers(balances: bigint[], count: number, draw: Draw): SlotChange[] {
  const changes = new Map<number, bigint>();
  const move = (slot: number, change: bigint): void => {
    changes.set(slot, (changes.get(slot) ?? 0n) + change);
    balances[slot] = (balances[slot] ?? 0n) + change;
  };
  for (let index = 0; index < count; index += 1) {
    const from = Number(draw.below(BigInt(slotCount)));
    const to = Number(draw.below(BigInt(slotCount)));
    const amount = draw.below((balances[from] ?? 0n) + 1n);
    move(from, -amount);
    move(to, amount);
  }
  return [...changes].map(([slot, change]) => ({ slot, change }));
}

function checkBalances(key: FheKey, page: Uint8Array, balances: readonly bigint[]): void {
  const slots = key.decrypt(page);
  const wrong = balances.findIndex((balance, slot) => slots[slot] !== balance);
  if (wrong !== -1) throw new Error(`slot ${wrong} of a page does not hold what was moved there`);
}

/** Numbers of a seed, eight bytes each. */
class Draw {
  readonly #seed: string;
  #block = 0;
  #words: bigint[] = [];

  constructor(seed: string) {
    this.#seed = seed;
  }

  below(limit: bigint): bigint {
    if (this.#words.length === 0) this.#refill();
    return (this.#words.pop() ?? 0n) % limit;
  }

  #refill(): void {
    const bytes = aes256CtrKeystream(sha256(utf8(`${this.#seed}/draw ${this.#block}`)), 65_536);
    this.#words = Array.from(new BigUint64Array(bytes.buffer, bytes.byteOffset, bytes.length / 8));
    this.#block += 1;
  }
}
