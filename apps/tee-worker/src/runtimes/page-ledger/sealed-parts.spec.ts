import { beforeEach, describe, expect, it } from 'vitest';
import { aes256CtrKeystream, type Digest, toHex, utf8 } from '#canonical';
import { codeOf } from '../task-error.fixture.js';
import { type CoinUse, coinSeed } from './coins.js';
import { RateLimit } from './rate-limit.js';
import { MemoryBlobs, seededBytes } from './record.fixture.js';
import { readSnapshot, writeSnapshot } from './snapshot.js';

describe('snapshot', () => {
  const stateKey = new Uint8Array(32).fill(1);
  const subject = { tenant: 'acme', ledger: 'eur-1', epoch: 1, version: 64 };
  const content = utf8('{"accounts":[]}');
  let blobs: MemoryBlobs;

  beforeEach(() => {
    blobs = new MemoryBlobs();
  });
  const write = (of: Uint8Array = content): Promise<Digest> =>
    writeSnapshot(of, subject, { stateKey, blobs, random: seededBytes('snapshot') });
  const read = (digest: Digest, of = subject, key = stateKey): Promise<Uint8Array> =>
    readSnapshot(digest, of, { stateKey: key, blobs });

  it.each([
    ['tenant', { tenant: 'other' }],
    ['ledger', { ledger: 'eur-2' }],
    ['epoch', { epoch: 2 }],
    ['version', { version: 65 }],
  ])('does not open for another %s', async (_what, wrong) => {
    expect(await codeOf(read(await write(), { ...subject, ...wrong }))).toBe('SNAPSHOT_INVALID');
  });

  it('does not open under another key, nor when a blob is not the one that was named', async () => {
    const digest = await write();
    expect(await codeOf(read(digest, subject, new Uint8Array(32)))).toBe('SNAPSHOT_INVALID');
    for (const name of blobs.digests()) {
      const bytes = await blobs.get(name);
      for (const wrong of [new Uint8Array(0), bytes.subarray(0, -1), bytes.map((byte) => byte ^ 1)]) {
        blobs.replace(name, wrong);
        expect(await codeOf(read(digest))).toBe('SNAPSHOT_INVALID');
      }
      blobs.replace(name, bytes);
    }
    expect(await read(digest)).toEqual(content);
  });

  it('refuses what is sealed under the key and is no snapshot', async () => {
    await write();
    const [part] = blobs.digests();
    if (part === undefined) throw new Error('no part');
    expect(await codeOf(read(part))).toBe('SNAPSHOT_INVALID');
  });

  it('gives back a state of several parts, and shows its length in steps only', async () => {
    // Bytes that do not compress.
    const long = aes256CtrKeystream(stateKey, 5_000_000);
    expect(Buffer.compare(await read(await write(long)), long)).toBe(0);
    expect(blobs.digests().length).toBe(3);
    const sizes = async (of: Uint8Array): Promise<readonly number[]> => {
      blobs = new MemoryBlobs();
      await write(of);
      return await Promise.all(blobs.digests().map(async (digest) => (await blobs.get(digest)).length));
    };
    expect(await sizes(utf8('{}'))).toEqual(await sizes(content));
  });
});

describe('coins', () => {
  const coinKey = new Uint8Array(32).fill(3);
  const use: CoinUse = { ledger: 'eur-1', epoch: 1, version: 2, page: 0, book: 'available', use: 'delta' };
  const slots = BigUint64Array.of(1n, 2n, 3n);
  const seedOf = (members: Partial<CoinUse> = {}, of = slots): string =>
    toHex(coinSeed(coinKey, { ...use, ...members }, of));

  it('are others for every place and for every vector of one place', () => {
    const seeds = [
      seedOf(),
      seedOf({ ledger: 'eur-2' }),
      seedOf({ epoch: 2 }),
      seedOf({ version: 3 }),
      seedOf({ page: 1 }),
      seedOf({ book: 'pending' }),
      seedOf({ use: 'fresh' }),
      seedOf({}, BigUint64Array.of(1n, 2n, 4n)),
      seedOf({}, BigUint64Array.of(2n, 1n, 3n)),
    ];
    expect(new Set(seeds).size).toBe(seeds.length);
  });

  it('are the same for the same vector at the same place', () => {
    expect(seedOf({}, BigUint64Array.of(1n, 2n, 3n))).toBe(seedOf());
  });
});

describe('rate limit', () => {
  it('refuses what is above the count until the window has passed', () => {
    const limit = new RateLimit(2, 1_000);
    expect([limit.take('a', 0), limit.take('a', 10), limit.take('a', 20)]).toEqual([true, true, false]);
    expect(limit.take('a', 999)).toBe(false);
    expect(limit.take('a', 1_000)).toBe(true);
    expect(limit.take('a', 1_005)).toBe(false);
  });

  it('counts each party by itself and remembers a bounded number of them', () => {
    const limit = new RateLimit(1, 1_000, 2);
    expect(limit.take('a', 0)).toBe(true);
    expect(limit.take('b', 0)).toBe(true);
    expect(limit.take('a', 1)).toBe(false);
    expect(limit.take('c', 2)).toBe(true);
    expect(limit.take('a', 3)).toBe(false);
  });
});
