import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { CiphertextError, encodeBalances, encodeDelta } from '#ciphertext';
import { scriptBeside } from '#threads';
import { FheProcessError } from './fhe-error.js';
import { FhePool } from './fhe-pool.js';
import { FheProcess, type FheProcessOptions } from './fhe-process.js';
import type { WrappedKey } from './fhe-protocol.js';

const wrapKey = new Uint8Array(32).fill(3);

async function codeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'accepted';
  } catch (error) {
    if (error instanceof CiphertextError || error instanceof FheProcessError) return error.code;
    throw error;
  }
}

describe('FHE process with keys', () => {
  const fhe = new FheProcess({ keyed: true });

  afterAll(async () => await fhe.close());

  it('encrypts, adds and reads back only the slots asked for', async () => {
    const key = await fhe.createKey(wrapKey, 'tenant/ledger');
    const page = await fhe.encrypt(key, encodeBalances([50n, 1n, 2n]));
    const delta = await fhe.encrypt(key, encodeDelta([{ slot: 0, change: -8n }]));
    const next = await fhe.add(page, delta);
    expect(await fhe.readSlots(key, next, [0, 2])).toEqual([42n, 2n]);
  });

  it('reports faults of a ciphertext under their own code', async () => {
    expect(await codeOf(fhe.check(new Uint8Array(8227)))).toBe('CIPHERTEXT_MAGIC');
    expect(await codeOf(fhe.check(new Uint8Array(3)))).toBe('CIPHERTEXT_TRUNCATED');
    expect(fhe.stats().lost).toBe(0);
  });

  it('opens a wrapped key under its own wrap key and context only', async () => {
    const key = await fhe.createKey(wrapKey, 'tenant/other');
    const slots = encodeBalances([1n]);
    const wrong: WrappedKey = { ...key, wrapKey: new Uint8Array(32).fill(4) };
    expect(await codeOf(fhe.encrypt(wrong, slots))).toBe('FHE_KEY_UNWRAP_FAILED');
    expect(await codeOf(fhe.encrypt({ ...key, context: 'tenant/ledger' }, slots))).toBe(
      'FHE_KEY_UNWRAP_FAILED',
    );
    expect(await codeOf(fhe.encrypt({ ...key, wrapped: new Uint8Array(5) }, slots))).toBe(
      'FHE_KEY_UNWRAP_FAILED',
    );
    expect(await codeOf(fhe.encrypt(key, slots))).toBe('accepted');
  });
});

describe('FHE process for pages', () => {
  const fhe = new FheProcess({ keyed: true, parameters: 'ledger-pages' });
  const coins = new Uint8Array(32).fill(8);

  afterAll(async () => await fhe.close());

  it('encrypts with coins that an auditor can use again, adds, and reads all slots', async () => {
    const key = await fhe.createKey(wrapKey, 'tenant/pages');
    const publicKey = await fhe.createPublicKey(key);
    const page = await fhe.encryptWithCoins(publicKey, encodeBalances([50n, 1n]), coins);
    const auditor = new FheProcess({ keyed: false, parameters: 'ledger-pages' });
    try {
      const again = await auditor.encryptWithCoins(publicKey, encodeBalances([50n, 1n]), coins);
      expect(Buffer.compare(again, page)).toBe(0);
      const delta = await auditor.encryptWithCoins(
        publicKey,
        encodeDelta([{ slot: 0, change: -8n }]),
        wrapKey,
      );
      const slots = await fhe.decrypt(key, await auditor.add(page, delta));
      expect(Array.from(slots.subarray(0, 3))).toEqual([42n, 1n, 0n]);
      expect(await codeOf(auditor.decrypt(key, page))).toBe('FHE_KEYLESS');
      expect(await codeOf(auditor.createPublicKey(key))).toBe('FHE_KEYLESS');
    } finally {
      await auditor.close();
    }
  });

  it('takes the pages of its own parameters, whatever comes before, and leaves no native object behind', async () => {
    const older = new FheProcess({ keyed: true });
    const foreign = await older.encrypt(await older.createKey(wrapKey, 'other'), encodeBalances([1n]));
    await older.close();
    expect(await codeOf(fhe.check(foreign))).toBe('CIPHERTEXT_PARAMETERS');
    const key = await fhe.createKey(wrapKey, 'tenant/more');
    const publicKey = await fhe.createPublicKey(key);
    const page = await fhe.encryptWithCoins(publicKey, encodeBalances([7n]), coins);
    expect(await codeOf(fhe.check(new Uint8Array(page).fill(0xff, 113, 121)))).toBe('ENGINE_REFUSED');
    expect(await codeOf(fhe.encryptWithCoins(publicKey, new BigUint64Array(3), coins))).toBe('SLOT_RANGE');
    expect(await codeOf(fhe.encryptWithCoins(publicKey, encodeBalances([]), new Uint8Array(3)))).toBe(
      'COINS_INVALID',
    );
    expect(await codeOf(fhe.encryptWithCoins(page, encodeBalances([]), coins))).toBe('CIPHERTEXT_PARAMETERS');
    expect(fhe.stats()).toMatchObject({ handles: 0, lost: 0, recycled: 0, starts: 1 });
  });
});

describe('pool of FHE processes', () => {
  it('serves calls side by side, and goes on when one of its processes dies', async () => {
    const pool = new FhePool(2, { keyed: true, parameters: 'ledger-pages' });
    try {
      const key = await pool.createKey(wrapKey, 'pool');
      const page = await pool.encrypt(key, encodeBalances([3n]));
      const read = async (): Promise<readonly bigint[]> => pool.readSlots(key, page, [0]);
      expect(await Promise.all([read(), read(), read()])).toEqual([[3n], [3n], [3n]]);
      expect(pool.stats().map(({ starts }) => starts)).toEqual([1, 1]);
      const [first] = pool.stats();
      if (first?.pid != null) process.kill(first.pid, 'SIGKILL');
      await Promise.allSettled([read(), read()]);
      expect(await Promise.all([read(), read()])).toEqual([[3n], [3n]]);
    } finally {
      await pool.close();
    }
  });

  it('has one process for each core, at least one and no more than eight', async () => {
    for (const size of [0, -1, 1.5]) expect(() => new FhePool(size)).toThrow(RangeError);
    const large = new FhePool(64);
    expect(large.stats().map(({ starts }) => starts)).toEqual(Array(8).fill(0));
    await large.close();
  });
});

describe('FHE process under faults', () => {
  let fhe: FheProcess;

  afterEach(async () => await fhe.close());

  function create(options: Partial<FheProcessOptions> = {}): FheProcess {
    fhe = new FheProcess({ keyed: true, ...options });
    return fhe;
  }

  function signal(name: NodeJS.Signals): void {
    const { pid } = fhe.stats();
    if (pid !== null) process.kill(pid, name);
  }

  it('refuses every use of a key when it was started without one', async () => {
    create({ keyed: false });
    const key: WrappedKey = { wrapped: new Uint8Array(40), wrapKey, context: 'any' };
    expect(await codeOf(fhe.createKey(wrapKey, 'any'))).toBe('FHE_KEYLESS');
    expect(await codeOf(fhe.readSlots(key, new Uint8Array(1), [0]))).toBe('FHE_KEYLESS');
    expect(await codeOf(fhe.encrypt(key, new BigUint64Array(1)))).toBe('FHE_KEYLESS');
  });

  it('kills a silent child at the deadline and serves the next call from a fresh one', async () => {
    create({ callMs: 2_000 });
    await fhe.start();
    const { pid } = fhe.stats();
    signal('SIGSTOP');
    expect(await codeOf(fhe.check(new Uint8Array(3)))).toBe('FHE_DEADLINE_EXCEEDED');
    expect(await codeOf(fhe.check(new Uint8Array(3)))).toBe('CIPHERTEXT_TRUNCATED');
    expect(fhe.stats()).toMatchObject({ starts: 2, lost: 1 });
    expect(fhe.stats().pid).not.toBe(pid);
  });

  it('kills a child that computes for ever, and nothing of it is left', async () => {
    create({ callMs: 500, script: scriptBeside(import.meta.url, 'spinning-child.fixture') });
    await fhe.start();
    const { pid } = fhe.stats();
    const calls = [1, 2].map(async () => await codeOf(fhe.check(new Uint8Array(3))));
    expect(await Promise.all(calls)).toEqual(['FHE_DEADLINE_EXCEEDED', 'FHE_DEADLINE_EXCEEDED']);
    expect(fhe.stats()).toMatchObject({ starts: 2, lost: 2, pid: null });
    expect(() => process.kill(pid ?? 0, 0)).toThrow('ESRCH');
  });

  it('reports a call whose child died and keeps wrapped keys usable', async () => {
    create();
    const key = await fhe.createKey(wrapKey, 'ledger');
    const page = await fhe.encrypt(key, encodeBalances([9n]));
    signal('SIGSTOP');
    const lost = codeOf(fhe.check(page));
    signal('SIGKILL');
    expect(await lost).toBe('FHE_PROCESS_LOST');
    expect(await fhe.readSlots(key, page, [0])).toEqual([9n]);
  });

  it('replaces a child that died between two calls', async () => {
    create();
    await fhe.start();
    signal('SIGKILL');
    // The exit is noticed before or during the call; a caller may see it once and no more.
    const codes = [await codeOf(fhe.check(new Uint8Array(3))), await codeOf(fhe.check(new Uint8Array(3)))];
    expect(codes[1]).toBe('CIPHERTEXT_TRUNCATED');
    expect(fhe.stats().lost).toBe(1);
  });

  it('recycles a child above the memory watermark after its answer', async () => {
    create({ rssBytesMax: 1 });
    const key = await fhe.createKey(wrapKey, 'ledger');
    const page = await fhe.encrypt(key, encodeBalances([4n]));
    expect(await fhe.readSlots(key, page, [0])).toEqual([4n]);
    expect(fhe.stats()).toMatchObject({ starts: 3, recycled: 3, lost: 0 });
  });

  it('replaces a child whose engine refused many ciphertexts, before its stack is full of what they left', async () => {
    create({ exceptionsMax: 2 });
    const page = await fhe.encrypt(await fhe.createKey(wrapKey, 'ledger'), encodeBalances([4n]));
    const hostile = new Uint8Array(page).fill(0xff, 113, 121);
    // What the pre-parser refuses never reaches the engine, and counts for nothing.
    for (let call = 0; call < 3; call += 1) {
      expect(await codeOf(fhe.check(new Uint8Array(3)))).toBe('CIPHERTEXT_TRUNCATED');
    }
    expect(fhe.stats()).toMatchObject({ starts: 1, renewed: 0 });
    expect(await codeOf(fhe.check(hostile))).toBe('ENGINE_REFUSED');
    expect(await codeOf(fhe.check(hostile))).toBe('ENGINE_REFUSED');
    expect(await codeOf(fhe.check(page))).toBe('accepted');
    expect(fhe.stats()).toMatchObject({ starts: 2, renewed: 1, recycled: 0, lost: 0 });
  });

  it('replaces a child whose engine aborted: only the call that met it fails', async () => {
    create({ exceptionsMax: Number.POSITIVE_INFINITY });
    const page = await fhe.encrypt(await fhe.createKey(wrapKey, 'ledger'), encodeBalances([4n]));
    const hostile = new Uint8Array(page).fill(0xff, 113, 121);
    let code = 'ENGINE_REFUSED';
    for (let call = 0; call < 10_000 && code === 'ENGINE_REFUSED'; call += 1) {
      code = await codeOf(fhe.check(hostile));
    }
    expect(code).toBe('ENGINE_FAILED');
    expect(await codeOf(fhe.check(page))).toBe('accepted');
    expect(fhe.stats()).toMatchObject({ starts: 2, lost: 1 });
  });

  it('refuses calls above the queue limit and after close', async () => {
    create({ queueMax: 2 });
    const calls = [1, 2, 3].map(async () => await codeOf(fhe.check(new Uint8Array(3))));
    expect(await Promise.all(calls)).toEqual(['CIPHERTEXT_TRUNCATED', 'CIPHERTEXT_TRUNCATED', 'FHE_BUSY']);
    await fhe.close();
    expect(await codeOf(fhe.check(new Uint8Array(3)))).toBe('FHE_CLOSED');
    expect(fhe.stats().pid).toBeNull();
  });

  it('says why an engine does not start in time', async () => {
    create({ startMs: 1 });
    expect(await codeOf(fhe.start())).toBe('FHE_START_FAILED');
  });
});
