import { describe, expect, it } from 'vitest';
import type { Digest } from '#canonical';
import type { BatchReceipt } from '#ledger';
import { SampleChain } from '../../ledger/src/testing/chain.fixture.js';
import { keyOf } from '../../ledger/src/testing/ledger.fixture.js';
import type { SealflowClient } from './client.js';
import { orchestrator } from './orchestrator.fixture.js';
import { PageLedger } from './page-ledger.js';

const chain = new SampleChain();
chain.batch({ op: 'transfer', account: 'alice', to: 'bob', amount: 1n });
chain.batch({ op: 'transfer', account: 'alice', to: 'bob', amount: 2n });

function link(version: number) {
  const found = chain.links.find(({ receipt }) => receipt.version === version);
  if (found === undefined) throw new RangeError(`no version ${version}`);
  return found;
}

/** A ledger whose orchestrator shows heads as a test says; receipts come once the test lets them. */
class Shown extends PageLedger {
  readonly #waiting: { readonly digest: Digest; readonly give: (receipt: BatchReceipt) => void }[] = [];

  static of(...heads: readonly Digest[]): Shown {
    const left = [...heads];
    const ledger = {
      getLedger: (_request: object, _options: object, callback: (error: null, answer: object) => void) => {
        callback(null, { ledger: { receipt: left.shift() } });
        return { cancel: () => undefined };
      },
    };
    const { services } = orchestrator();
    const client = { services: { ...services, ledger }, options: { tenant: 'acme' } };
    return new Shown(client as unknown as SealflowClient, { ledger: 'eur-1', ledgerKey: keyOf('ledger') });
  }

  override receipt(digest: Digest): Promise<BatchReceipt> {
    return new Promise((give) => this.#waiting.push({ digest, give }));
  }

  async arrives(digest: Digest, receipt: BatchReceipt): Promise<void> {
    const asked = () => this.#waiting.filter((one) => one.digest === digest);
    while (asked().length === 0) await Promise.resolve();
    for (const { give } of asked()) give(receipt);
  }
}

describe('the head of a ledger', () => {
  it('is refused where it is older than the one before, or another one of its version', async () => {
    const ledger = Shown.of(link(2).digest, link(1).digest, link(3).digest);
    const first = ledger.head();
    await ledger.arrives(link(2).digest, link(2).receipt);
    expect((await first).version).toBe(2);
    const older = ledger.head();
    await ledger.arrives(link(1).digest, link(1).receipt);
    await expect(older).rejects.toMatchObject({ code: 'LEDGER_UNTRUSTED' });
    const other = ledger.head();
    await ledger.arrives(link(3).digest, link(2).receipt);
    await expect(other).rejects.toMatchObject({ code: 'LEDGER_UNTRUSTED' });
  });

  it('is the newest of those that were asked for at once, in whatever order they come', async () => {
    const ledger = Shown.of(link(2).digest, link(3).digest);
    const both = [ledger.head(), ledger.head()];
    await ledger.arrives(link(3).digest, link(3).receipt);
    await both[1];
    await ledger.arrives(link(2).digest, link(2).receipt);
    expect((await Promise.all(both)).map(({ version }) => version)).toEqual([3, 3]);
  });

  it('asked for twice at once is no old state', async () => {
    const ledger = Shown.of(link(2).digest, link(2).digest);
    const both = Promise.all([ledger.head(), ledger.head()]);
    // Both wait for the receipt: neither knew it when it asked.
    for (let turn = 0; turn < 100; turn += 1) await Promise.resolve();
    await ledger.arrives(link(2).digest, link(2).receipt);
    expect((await both).map(({ version }) => version)).toEqual([2, 2]);
  });

  it('is refused where two of one version were asked for at once', async () => {
    const ledger = Shown.of(link(2).digest, link(3).digest);
    const both = [ledger.head(), ledger.head()];
    await ledger.arrives(link(2).digest, link(2).receipt);
    await both[0];
    await ledger.arrives(link(3).digest, link(2).receipt);
    await expect(both[1]).rejects.toMatchObject({ code: 'LEDGER_UNTRUSTED' });
  });
});
