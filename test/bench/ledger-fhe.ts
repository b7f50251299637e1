import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { concatBytes, type Digest, digestOf, sha256, u32be, utf8 } from '#canonical';
import {
  CiphertextError,
  canonicalCiphertext,
  createSealEngine,
  encodeBalances,
  encodeDelta,
  type FheEngine,
  pageParameters,
  type SlotChange,
  slotCount,
} from '#ciphertext';
import { FheProcess, packCiphertext, unpackCiphertext } from '#worker';
import { boastingFrame, mutations, nestedBomb, outerBomb, zstdBomb } from '../ledger/hostile-ciphertexts.js';
import { type Figure, median, quantile } from './figures.js';

const FULL_BATCH = 4_096;
const SPARSE = [1, 10, 100, 1_000] as const;
const WARM_UP = 20;
const BATCHES = 200;
const REPLAYED = 500;
const MUTATIONS = 10_000;
const ROTATIONS = 20;
/** Books of a page: available, pending, reserved. */
const BOOKS = 3;
/** 10,000 accounts lie on two pages. */
const ROTATED_PAGES = 2;
const MIB = 2 ** 20;
/** Of a sealed row: nonce and tag. */
const SEAL_BYTES = 28;
const FREED_MS = 200;

const seed = (text: string): Uint8Array => sha256(utf8(text));

/** What the page ledger asks of its engine, in the process of the bench and in the processes that the services run. */
export async function measureLedgerFhe(): Promise<Figure[]> {
  using engine = await createSealEngine(pageParameters);
  const { publicKey, page } = firstPage(engine);
  return [
    ...enclaveFigures(engine, publicKey),
    ...keylessFigures(engine, publicKey, page),
    ...(await processFigures()),
    ...replayFigures(engine, publicKey, page),
    ...(await hostileFigures(page)),
    ...rotationFigures(engine),
  ];
}

function firstPage(engine: FheEngine): { publicKey: Uint8Array; page: Uint8Array } {
  using key = engine.openKey(engine.createSecretKey());
  const publicKey = key.createPublicKey();
  using encryptor = engine.openPublicKey(publicKey);
  return { publicKey, page: encryptor.encryptWithCoins(encodeBalances([]), seed('first page')) };
}

/** Changes of `transfers` payments among accounts of one page, as many slots as they touch. */
function changesOf(transfers: number): SlotChange[] {
  const changes = new Map<number, bigint>();
  for (let index = 0; index < transfers; index += 1) {
    const from = (index * 2_654_435_761) % slotCount;
    const to = (from + 1 + index) % slotCount;
    changes.set(from, (changes.get(from) ?? 0n) - 1_000n);
    changes.set(to, (changes.get(to) ?? 0n) + 1_000n);
  }
  return [...changes].map(([slot, change]) => ({ slot, change }));
}

/** Milliseconds of each call, after a few that only warm the engine up. */
function timed(count: number, call: (index: number) => void): number[] {
  const spentMs: number[] = [];
  for (let index = 0; index < count + WARM_UP; index += 1) {
    const startMs = performance.now();
    call(index);
    if (index >= WARM_UP) spentMs.push(performance.now() - startMs);
  }
  return spentMs;
}

function enclaveFigures(engine: FheEngine, publicKey: Uint8Array): Figure[] {
  using encryptor = engine.openPublicKey(publicKey);
  const make = (transfers: number, index: number): Uint8Array => {
    const delta = encryptor.encryptWithCoins(encodeDelta(changesOf(transfers)), seed(`batch ${index}`));
    digestOf(delta);
    return delta;
  };
  const spentMs = timed(BATCHES, (index) => make(FULL_BATCH, index));
  const delta = make(FULL_BATCH, 0);
  const packMs = timed(BATCHES, () => {
    packCiphertext(delta, pageParameters);
  });
  const bytesOf = (transfers: number): number =>
    packCiphertext(make(transfers, transfers), pageParameters).length + SEAL_BYTES;
  return [
    {
      name: 'key enclave, FHE of a full batch, p50',
      value: median(spentMs),
      unit: 'ms',
      target: 10,
      samples: spentMs.length,
      note: `${FULL_BATCH} transfers: delta, range checks, encode, encrypt with coins, digest; in process`,
    },
    { name: 'packing a delta, p50', value: median(packMs), unit: 'ms', samples: packMs.length, note: '' },
    {
      name: 'stored bytes a transfer, full batch',
      value: bytesOf(FULL_BATCH) / FULL_BATCH,
      unit: 'B',
      target: 64,
      samples: 1,
      note: `one delta as the store keeps it, packed and sealed; ${(delta.length / FULL_BATCH).toFixed(2)} B on the wire. Credits that stay pending take another`,
    },
    ...SPARSE.map((transfers) => ({
      name: `the same, batch of ${transfers}`,
      value: bytesOf(transfers) / transfers,
      unit: 'B',
      samples: 1,
      note: 'a delta has one size, however few transfers are in it',
    })),
  ];
}

function keylessFigures(engine: FheEngine, publicKey: Uint8Array, page: Uint8Array): Figure[] {
  using encryptor = engine.openPublicKey(publicKey);
  const packed = packCiphertext(
    encryptor.encryptWithCoins(encodeDelta(changesOf(FULL_BATCH)), seed('keyless')),
    pageParameters,
  );
  const delta = unpackCiphertext(packed, pageParameters);
  const addMs = timed(BATCHES, () => digestOf(engine.add(page, delta)));
  const unpackMs = timed(BATCHES, () => unpackCiphertext(packed, pageParameters));
  return [
    {
      name: 'keyless service, full batch, p50',
      value: median(addMs),
      unit: 'ms',
      target: 2,
      samples: addMs.length,
      note: 'pre-parse, load, add, digest; in process',
    },
    {
      name: 'unpacking a delta, p50',
      value: median(unpackMs),
      unit: 'ms',
      samples: unpackMs.length,
      note: 'zstd with a hard cap, pre-parsed',
    },
  ];
}

/** The same through the process that a service really runs, with its bytes copied there and back. */
async function processFigures(): Promise<Figure[]> {
  const fhe = new FheProcess({ keyed: true, parameters: 'ledger-pages' });
  try {
    const key = await fhe.createKey(seed('wrap key'), 'bench');
    const publicKey = await fhe.createPublicKey(key);
    const slots = encodeDelta(changesOf(FULL_BATCH));
    let page = await fhe.encryptWithCoins(publicKey, encodeBalances([]), seed('page'));
    const encryptMs: number[] = [];
    const addMs: number[] = [];
    for (let index = 0; index < BATCHES + WARM_UP; index += 1) {
      const startMs = performance.now();
      const delta = await fhe.encryptWithCoins(publicKey, slots, seed(`process ${index}`));
      const encryptedMs = performance.now();
      page = await fhe.add(page, delta);
      digestOf(page);
      if (index < WARM_UP) continue;
      encryptMs.push(encryptedMs - startMs);
      addMs.push(performance.now() - encryptedMs);
    }
    const { rssBytes, handles } = fhe.stats();
    const samples = addMs.length;
    return [
      {
        name: 'encryption by the engine process, p50',
        value: median(encryptMs),
        unit: 'ms',
        samples,
        note: 'there and back over its channel',
      },
      {
        name: 'addition by the engine process, p50',
        value: median(addMs),
        unit: 'ms',
        samples,
        note: 'there and back over its channel, and the digest',
      },
      {
        name: 'engine process, RSS after it',
        value: rssBytes / MIB,
        unit: 'MiB',
        target: 256,
        samples: fhe.stats().calls,
        note: `${handles} native objects left`,
      },
    ];
  } finally {
    await fhe.close();
  }
}

/** One core, no key: page and delta in, digest of the sum out, each sum the next page. */
function replayFigures(engine: FheEngine, publicKey: Uint8Array, first: Uint8Array): Figure[] {
  using encryptor = engine.openPublicKey(publicKey);
  const deltas = Array.from({ length: 8 }, (_, index) =>
    encryptor.encryptWithCoins(encodeDelta(changesOf(FULL_BATCH)), seed(`replay ${index}`)),
  );
  let page = first;
  let last: Digest = digestOf(page);
  const before = process.threadCpuUsage();
  for (let index = 0; index < REPLAYED; index += 1) {
    const delta = deltas[index % deltas.length] ?? first;
    digestOf(delta);
    page = engine.add(page, delta);
    last = digestOf(page);
  }
  const { user, system } = process.threadCpuUsage(before);
  return [
    {
      name: 'replay without a key, one core',
      value: (1_000_000 * REPLAYED) / (user + system),
      unit: '1/s',
      atLeast: 300,
      samples: REPLAYED,
      note: `batches a second of processor time: digest of the delta, add, digest of the page (${last.slice(7, 15)})`,
    },
  ];
}

/** What is held after a collection: by V8's heap, by buffers outside of it, and by the whole process. */
interface Held {
  readonly heap: number;
  readonly external: number;
  readonly rss: number;
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Buffers are freed by a thread of their own, after the collection that found them. */
async function held(): Promise<Held> {
  collect();
  await sleep(FREED_MS);
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heap: heapUsed / MIB, external: external / MIB, rss: rss / MIB };
}

async function hostileFigures(honest: Uint8Array): Promise<Figure[]> {
  const bombs = [outerBomb(2048), outerBomb(8192), nestedBomb(2048)];
  const spentMs: number[] = [];
  let accepted = 0;
  const read = (bytes: Uint8Array): void => {
    const startMs = performance.now();
    try {
      canonicalCiphertext(bytes, pageParameters);
      accepted += 1;
    } catch (error) {
      if (!(error instanceof CiphertextError)) throw error;
    }
    spentMs.push(performance.now() - startMs);
  };
  // All in one place, so that what grows is the reader's.
  for (const bytes of mutations(honest, 'warm up', MUTATIONS / 10, { own: false })) read(bytes);
  spentMs.length = 0;
  accepted = 0;
  const before = await held();
  for (const bytes of mutations(honest, 'bench', MUTATIONS, { own: false })) read(bytes);
  for (let index = 0; index < MUTATIONS; index += 1) read(bombs[index % bombs.length] ?? honest);
  const after = await held();
  const [samples, p99, wellFormed] = [spentMs.length, quantile(spentMs, 0.99), accepted];
  for (const bytes of mutations(honest, 'copies', MUTATIONS)) read(bytes);
  const copied = await held();
  return [
    {
      name: 'hostile ciphertexts, p99',
      value: p99,
      unit: 'ms',
      target: 1,
      samples,
      note: `${MUTATIONS} mutations and as many bombs; ${wellFormed} well-formed ones are left to the digest`,
    },
    {
      name: 'RSS growth over them',
      value: Math.max(0, after.rss - before.rss),
      unit: 'MiB',
      target: 16,
      samples,
      note: `bombs of 256 MiB and 1 GiB; ${grown(before, after)}`,
    },
    {
      name: 'the same, each mutation a copy of its own',
      value: Math.max(0, copied.rss - after.rss),
      unit: 'MiB',
      samples: MUTATIONS,
      note: `${grown(after, copied)}: the rest is what malloc keeps of copies that are freed`,
    },
    packedBombs(honest),
  ];
}

function grown(before: Held, after: Held): string {
  const heap = (after.heap - before.heap).toFixed(1);
  return `V8 heap ${heap} MiB, buffers ${(after.external - before.external).toFixed(1)} MiB`;
}

function packedBombs(honest: Uint8Array): Figure {
  const packedMs: number[] = [];
  const frames = [boastingFrame(), zstdBomb(2048), zstdBomb(8192)].map((frame) =>
    concatBytes(u32be(frame.length), frame),
  );
  for (let index = 0; index < 300; index += 1) {
    const startMs = performance.now();
    refused(frames[index % frames.length] ?? honest);
    packedMs.push(performance.now() - startMs);
  }
  return {
    name: 'packed bombs, p99',
    value: quantile(packedMs, 0.99),
    unit: 'ms',
    target: 1,
    samples: packedMs.length,
    note: 'zstd stops at the cap of one ciphertext',
  };
}

function refused(packed: Uint8Array): void {
  try {
    unpackCiphertext(packed, pageParameters);
  } catch (error) {
    if (error instanceof CiphertextError) return;
    throw error;
  }
  throw new Error('a bomb was unpacked');
}

/** Every book of two pages read under the old key and encrypted under the new one. */
function rotationFigures(engine: FheEngine): Figure[] {
  const keys = ['old', 'new'].map((name) => {
    const key = engine.openKey(engine.createSecretKey(seed(`${name} key`)));
    return { key, encryptor: engine.openPublicKey(key.createPublicKey(seed(`${name} public key`))) };
  });
  const [older, newer] = keys;
  if (older === undefined || newer === undefined) throw new Error('no keys');
  try {
    const pages = Array.from({ length: ROTATED_PAGES * BOOKS }, (_, index) =>
      older.encryptor.encryptWithCoins(encodeBalances(Array(slotCount).fill(1_000n)), seed(`old ${index}`)),
    );
    const spentMs = timed(ROTATIONS, (round) => {
      for (const [index, bytes] of pages.entries()) {
        const slots = older.key.decrypt(bytes);
        digestOf(newer.encryptor.encryptWithCoins(slots, seed(`new ${round} ${index}`)));
      }
    });
    return [
      {
        name: 'rotation of 10,000 accounts, p50',
        value: median(spentMs),
        unit: 'ms',
        target: 100,
        samples: spentMs.length,
        note: `${pages.length} ciphertexts read and encrypted anew: ${BOOKS} books of ${ROTATED_PAGES} pages`,
      },
    ];
  } finally {
    for (const { key, encryptor } of keys) {
      encryptor[Symbol.dispose]();
      key[Symbol.dispose]();
    }
  }
}
