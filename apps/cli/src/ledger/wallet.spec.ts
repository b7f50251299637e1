import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toBase64 } from '#canonical';
import { pathOf, Wallet } from './wallet.js';

const key = toBase64(new Uint8Array(32).fill(7));
const content = {
  ...{ tenant: 'demo', ledger: 'shop', ledgerKey: key, issuerSeed: key, issued: {}, holders: {} },
  accounts: { alice: { seed: key, nonce: 1, notes: [] } },
  minted: { charter: 'sha256:00', serial: 0 },
};
const note = (number: number) => ({ number, amount: '5', salt: '7' });

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'sealflow-wallet-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

describe('the keys of a ledger', () => {
  it('are not replaced by those of another ledger of the same name', () => {
    Wallet.create(home, content);
    expect(() => Wallet.requireNone(home, 'shop')).toThrow(/expected no keys/);
    expect(() => Wallet.create(home, { ...content, issuerSeed: 'other' })).toThrow(/expected no keys/);
    expect(Wallet.open(home, 'shop').known.issuerSeed).toBe(key);
  });

  it('of an account are not replaced by newer ones', () => {
    const [one, two] = [Wallet.create(home, content), Wallet.open(home, 'shop')];
    one.add('bob', 'first', null);
    two.add('bob', 'second', null);
    expect(two.account('bob').seed).toBe('first');
  });

  it('give each number once, whichever of several commands asks', () => {
    const wallets = [Wallet.create(home, content), Wallet.open(home, 'shop'), Wallet.open(home, 'shop')];
    const taken = (next: (wallet: Wallet) => number) => [...wallets, ...wallets].map(next);
    expect(taken((wallet) => wallet.nextOf('alice'))).toEqual([1, 2, 3, 4, 5, 6]);
    expect(taken((wallet) => wallet.nextOfIssuer('alice'))).toEqual([1, 2, 3, 4, 5, 6]);
    expect(taken((wallet) => wallet.nextMint())).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('keep what several commands kept', () => {
    const [one, two] = [Wallet.create(home, content), Wallet.open(home, 'shop')];
    one.keepNotes({ alice: (notes) => [...notes, note(1)] });
    two.keepNotes({ alice: (notes) => [...notes, note(2)] });
    one.keepNotes({ alice: (notes) => notes.filter(({ number }) => number !== 1) });
    expect(Wallet.open(home, 'shop').account('alice').notes).toEqual([note(2)]);
  });

  it('outlive a command that was killed while it changed them', () => {
    const wallet = Wallet.create(home, content);
    const path = pathOf(home, 'shop');
    // No process has so high a number: the limit of Linux is 2^22.
    writeFileSync(`${path}.lock`, `${2 ** 22 + 1} 00000000-0000-4000-8000-000000000000`);
    writeFileSync(`${path}.next`, '{"v":');
    expect(wallet.nextOf('alice')).toBe(1);
    expect(readdirSync(join(home, 'wallets'))).toEqual(['shop.json']);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ accounts: { alice: { nonce: 2 } } });
  });
});
