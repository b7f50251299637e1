import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toBase64 } from '#canonical';
import { type GrantingLedger, grant, type MandateTerms } from './mandates.js';
import { Wallet, type WalletContent } from './wallet.js';

const key = toBase64(new Uint8Array(32).fill(7));
const terms: MandateTerms = {
  payer: 'alice',
  mandate: 'agent-7',
  budget: 100n,
  perCall: 40n,
  perDay: 90n,
  untilMs: Date.parse('2027-01-01T00:00:00.000Z'),
  ops: ['transfer'],
  payees: ['bob'],
};

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'sealflow-mandates-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

/** A ledger that is never called: each refusal comes before anything is signed. */
function untouched(content: Partial<WalletContent> = {}): GrantingLedger {
  const wallet = Wallet.create(home, {
    ...{ tenant: 'demo', ledger: 'shop', ledgerKey: key, issuerSeed: key, issued: {}, holders: {} },
    accounts: { alice: { seed: key, nonce: 1 } },
    ...content,
  });
  const never = () => Promise.reject(new Error('the ledger was called'));
  return { wallet, issued: never, owned: never, together: never };
}

describe('a mandate', () => {
  it('is not granted on a ledger in zk-check, where nobody pays for another', async () => {
    const own = untouched({ minted: { charter: 'sha256:00', serial: 0 } });
    await expect(grant(own, terms, join(home, 'agent'))).rejects.toThrow(/expected one in tee-check/);
  });

  it('is not granted from an account whose key is elsewhere', async () => {
    const other = { ...terms, payer: 'bob' };
    await expect(grant(untouched(), other, join(home, 'agent'))).rejects.toThrow(
      /account bob: expected one of/,
    );
  });

  it('is not granted over an account that there is, so that no budget is mixed with other money', async () => {
    const same = { ...terms, mandate: 'alice' };
    await expect(grant(untouched(), same, join(home, 'agent'))).rejects.toThrow(/the name of no account yet/);
  });

  it('leaves no trace where it is refused, also for a folder that is there', async () => {
    const own = untouched();
    mkdirSync(join(home, 'taken'));
    await expect(grant(own, terms, join(home, 'taken'))).rejects.toThrow(/folder that is not there yet/);
    await expect(grant(own, { ...terms, payer: 'bob' }, join(home, 'agent'))).rejects.toThrow();
    expect(existsSync(join(home, 'agent'))).toBe(false);
    expect(Object.keys(Wallet.open(home, 'shop').known.accounts)).toEqual(['alice']);
  });

  it('keeps both keys before it asks, so that an account that was opened is nobody’s loss', async () => {
    const own = untouched();
    await expect(grant(own, terms, join(home, 'agent'))).rejects.toThrow('the ledger was called');
    expect(existsSync(join(home, 'agent', 'mandate.json'))).toBe(true);
    expect(Object.keys(Wallet.open(home, 'shop').known.accounts)).toEqual(['alice', 'agent-7']);
    expect(Wallet.open(home, 'shop').mandate('agent-7')).toMatchObject({ payer: 'alice', payees: ['bob'] });
  });

  it('is not found under a name that was not granted here', () => {
    expect(() => untouched().wallet.mandate('toString')).toThrow(
      /expected one of none, that were granted here/,
    );
  });
});
