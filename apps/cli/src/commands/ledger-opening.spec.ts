import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { failedChecks, sha256, toBase64, utf8 } from '#canonical';
import { createSealEngine, type FheEngine, pageParameters } from '#ciphertext';
import type { BatchOpening } from '#ledger';
import { type SampleHistory, sampleHistory } from '../replay/ledger-history.fixture.js';
import { checkOpening } from './ledger-opening.js';

describe('the opening of a batch, checked with the public key alone', () => {
  let engine: FheEngine;
  let history: SampleHistory;
  let folder: string;
  let publicKey: string;

  beforeAll(async () => {
    engine = await createSealEngine(pageParameters);
    history = sampleHistory(engine);
    folder = mkdtempSync(join(tmpdir(), 'sealflow-opening-'));
    publicKey = join(folder, 'public-key');
    writeFileSync(publicKey, history.publicKey);
    for (const [index, bytes] of history.receipts.entries()) {
      writeFileSync(join(folder, `${index + 1}.receipt.json`), bytes);
    }
  });
  afterAll(() => {
    engine[Symbol.dispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  async function reasonsOf(change: (delta: BatchOpening['deltas'][number]) => object): Promise<unknown[]> {
    const deltas = history.opening.deltas.map((delta) => ({ ...delta, ...change(delta) }));
    const checks = await checkOpening({ ...history.opening, deltas }, [folder], publicKey);
    return failedChecks(checks).map(({ reason }) => reason);
  }

  it('matches the receipt when amounts and coins are those of the batch', async () => {
    expect(await reasonsOf(() => ({}))).toEqual([]);
  });

  it.each<[string, (delta: BatchOpening['deltas'][number]) => object]>([
    ['coins', () => ({ seed: sha256(utf8('other coins')) })],
    [
      'amounts',
      ({ changes }) => ({ changes: changes.map(({ slot, change }) => ({ slot, change: change + 1n })) }),
    ],
    [
      'accounts',
      ({ changes }) => ({ changes: changes.map(({ slot, change }) => ({ slot: slot + 1, change })) }),
    ],
  ])('does not match with other %s', async (_what, change) => {
    expect(await reasonsOf(change)).toEqual(['OPENING_MISMATCH', 'OPENING_MISMATCH']);
  });

  it('asks for the receipt of its version and for the key that the receipt names', async () => {
    const { opening } = history;
    await expect(checkOpening({ ...opening, version: 9 }, [folder], publicKey)).rejects.toMatchObject({
      code: 3,
    });
    const other = join(folder, 'other-key');
    writeFileSync(
      other,
      history.publicKey.map((byte, index) => (index === 200 ? byte ^ 1 : byte)),
    );
    await expect(checkOpening(opening, [folder], other)).rejects.toMatchObject({ code: 1 });
    const stranger = toBase64(new Uint8Array(32));
    await expect(checkOpening(opening, [folder], publicKey, stranger)).rejects.toMatchObject({ code: 3 });
  });
});
