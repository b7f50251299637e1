import { describe, expect, it } from 'vitest';
import { type Digest, digestOf, utf8 } from '#canonical';
import { buildLedgerBatchStatement, signStatement } from '#evidence';
import type { BatchReceipt } from '#ledger';
import { SampleChain } from '../../../../libs/ledger/src/testing/chain.fixture.js';
import { seedOf } from '../../../../libs/ledger/src/testing/ledger.fixture.js';
import { LedgerReplayer } from './replay.js';

const chain = new SampleChain();
chain.batch({ op: 'transfer', account: 'alice', to: 'bob', amount: 1n });
chain.batch({ op: 'deposit', account: 'manual', amount: 2n });
const receipts = chain.links.map(({ receipt }) => receipt);

/** Receipts under the key of the ledger, each naming the one before as it was signed. */
function signed(edit: (receipt: BatchReceipt) => Partial<BatchReceipt> = () => ({})): Uint8Array[] {
  let prevReceipt: Digest | null = null;
  return receipts.map((own) => {
    const receipt = { ...own, prevReceipt, ...edit(own) };
    const bytes = signStatement({ statement: buildLedgerBatchStatement(receipt), seed: seedOf('ledger') });
    prevReceipt = digestOf(bytes);
    return bytes;
  });
}

function foundIn(statements: readonly Uint8Array[]): string[] {
  return new LedgerReplayer().chain(statements).findings.map(({ reason }) => reason);
}

describe('the replay of a ledger in a browser', () => {
  it('refuses a history of nothing, and bytes that are no signed receipt', () => {
    const refusal = (code: string) => expect.objectContaining({ name: 'EvidenceError', code });
    expect(() => foundIn([])).toThrow(refusal('STATEMENT_MALFORMED'));
    expect(() => foundIn([utf8('no receipt')])).toThrow(refusal('ENVELOPE_MALFORMED'));
    const [first = new Uint8Array()] = signed();
    const text = new TextDecoder().decode(first);
    const other = text.replace(/("sig":")(.)/, (_, name, char) => `${name}${char === 'A' ? 'B' : 'A'}`);
    expect(() => foundIn([utf8(other)])).toThrow(refusal('SIGNATURE_INVALID'));
  });

  it('finds a receipt that is left out, one that comes twice, and one of another version', () => {
    const [first, second, third] = signed() as [Uint8Array, Uint8Array, Uint8Array];
    expect(foundIn([first, third])).toContain('LEDGER_CHAIN_BROKEN');
    expect(foundIn([first, second, second])).toContain('LEDGER_CHAIN_BROKEN');
    expect(foundIn(signed(({ version }) => (version === 3 ? { version: 4 } : {})))).toContain(
      'LEDGER_CHAIN_BROKEN',
    );
  });

  it('adds nothing of a version that is not in the history', () => {
    const replayer = new LedgerReplayer();
    replayer.chain(signed());
    expect(() => replayer.add(9, [])).toThrow(expect.objectContaining({ code: 'STATEMENT_MALFORMED' }));
  });

  it('says of ciphertexts that are not brought, or are others, that the sum was not made again', () => {
    const replayer = new LedgerReplayer();
    replayer.chain(signed());
    for (const brought of [[], [utf8('another ciphertext')]]) {
      const { added, findings } = replayer.add(2, brought);
      expect(added).toBe(0);
      expect(findings.length).toBeGreaterThan(0);
    }
  });

  it('follows a whole history, and names what to bring for each version', () => {
    const { versions, findings, notes } = new LedgerReplayer().chain(signed());
    expect({ findings, notes }).toEqual({ findings: [], notes: false });
    expect(versions.map(({ version, event }) => `${version} ${event}`)).toEqual([
      '1 found',
      '2 batch',
      '3 batch',
    ]);
    expect(versions[0]?.needs).toEqual([]);
    const [change] = receipts[1]?.changes ?? [];
    expect(versions[1]?.needs).toEqual(expect.arrayContaining([change?.prev, change?.delta]));
  });
});
