import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canonicalBytes, type Digest, digestOf, isJsonObject, parseJsonStrict, toBase64 } from '#canonical';
import { createSealEngine, type FheEngine, pageParameters } from '#ciphertext';
import { ciphertextFile, ciphertextFolder } from './ciphertext-folder.js';
import { type SampleHistory, sampleHistory } from './ledger-history.fixture.js';
import { findReceipts } from './ledger-receipts.js';
import { type LedgerReplay, replayHistory } from './ledger-replay.js';
import { renderLedgerReplay } from './render-ledger-replay.js';

let engine: FheEngine;
let root: string;
let history: SampleHistory;
let folders = 0;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'sealflow-history-'));
  engine = await createSealEngine(pageParameters);
  history = sampleHistory(engine);
});
afterAll(() => {
  engine[Symbol.dispose]();
  rmSync(root, { recursive: true, force: true });
});

/** The history as files; what changes them is told where they lie. */
function written(receipts: readonly Uint8Array[] = history.receipts): string {
  folders += 1;
  const folder = join(root, `${folders}`);
  mkdirSync(folder);
  for (const [index, bytes] of receipts.entries()) {
    writeFileSync(join(folder, `${index + 1}.receipt.json`), bytes);
  }
  for (const [digest, bytes] of history.ciphertexts) writeFileSync(ciphertextFile(folder, digest), bytes);
  return folder;
}

async function replayed(folder: string, withCiphertexts = true): Promise<LedgerReplay> {
  const found = await findReceipts([folder]);
  const ciphertext = ciphertextFolder(folder);
  const tools = { ciphertext, add: (page: Uint8Array, delta: Uint8Array) => engine.add(page, delta) };
  return replayHistory(found, withCiphertexts ? tools : null);
}

const brief = ({ findings }: LedgerReplay) =>
  findings.map(({ version, reason, where }) => `${version} ${reason} ${where}`);

function changesOf(version: number): readonly { delta: Digest | null; next: Digest; book: string }[] {
  const envelope = parseJsonStrict(history.receipts[version - 1] ?? new Uint8Array());
  const payload = isJsonObject(envelope) ? Buffer.from(String(envelope['payload']), 'base64') : Buffer.of();
  const statement = JSON.parse(payload.toString('utf8')) as {
    predicate: { changes: { delta: Digest | null; next: Digest; book: string }[] };
  };
  return statement.predicate.changes;
}

function flipped(file: string, place: number): void {
  const bytes = readFileSync(file);
  bytes[place] = (bytes[place] ?? 0) ^ 1;
  writeFileSync(file, bytes);
}

describe('the replay of a ledger', () => {
  it('runs every addition of a whole history again and names who holds the key', async () => {
    const replay = await replayed(written());
    expect(replay).toMatchObject({ outcome: 'REPLAYED', versions: 7, added: 6, refreshed: 7, findings: [] });
    expect(renderLedgerReplay(replay)).toContain(`key holder    the key enclave that signs as`);
  });

  it('needs of pages only those that the key enclave encrypted: sums are made again', async () => {
    const folder = written();
    for (const [digest] of history.ciphertexts) {
      const given = [1, 2, 3, 4, 5, 6, 7].some((version) =>
        changesOf(version).some(({ delta, next }) => delta === digest || (delta === null && next === digest)),
      );
      if (!given) rmSync(ciphertextFile(folder, digest));
    }
    expect(await replayed(folder)).toMatchObject({ outcome: 'REPLAYED', added: 6 });
  });

  it('holds receipts together without any ciphertext, and says that nothing was run', async () => {
    const replay = await replayed(written(), false);
    expect(replay).toMatchObject({ outcome: 'CHAIN_ONLY', versions: 7, added: 0 });
  });

  it('names the one delta in which a byte was flipped, and goes on behind it', async () => {
    const folder = written();
    const [, pending] = changesOf(3);
    flipped(ciphertextFile(folder, pending?.delta ?? digestOf(new Uint8Array())), 200_000);
    const replay = await replayed(folder);
    expect(replay.outcome).toBe('FAILED');
    expect(brief(replay)).toEqual(['3 CIPHERTEXT_DIGEST_MISMATCH delta 0/pending']);
    expect(replay).toMatchObject({ versions: 7, added: 5 });
    expect(replay.findings[0]).toMatchObject({ ciphertext: pending?.delta });
    expect(renderLedgerReplay(replay)).toContain(pending?.delta);
  });

  it('names the receipt in which a byte was flipped', async () => {
    const receipts = history.receipts.map((bytes, index) => (index === 4 ? changedVersion(bytes) : bytes));
    const folder = written(receipts);
    const replay = await replayed(folder);
    expect(replay.outcome).toBe('FAILED');
    expect(replay.findings.map(({ reason, where, file }) => [reason, where, file])).toEqual([
      ['RECEIPT_REFUSED', 'SIGNATURE_INVALID', join(folder, '5.receipt.json')],
      ['RECEIPT_MISSING', 'version 5', null],
    ]);
  });

  it('names a sum that is not what was signed', async () => {
    const folder = written();
    const found = await findReceipts([folder]);
    const add = (page: Uint8Array, delta: Uint8Array): Uint8Array => {
      const sum = engine.add(page, delta);
      const [change] = changesOf(5);
      const wrong = digestOf(sum) === change?.next;
      return wrong ? sum.map((byte, index) => (index === 300 ? byte ^ 1 : byte)) : sum;
    };
    const replay = replayHistory(found, { ciphertext: ciphertextFolder(folder), add });
    expect(replay.outcome).toBe('FAILED');
    expect(brief(replay)).toEqual(['5 REPLAY_MISMATCH page 0/available']);
  });

  it('says what is missing: a delta, a receipt, the beginning', async () => {
    const lacking = written();
    const [change] = changesOf(2);
    rmSync(ciphertextFile(lacking, change?.delta ?? digestOf(new Uint8Array())));
    const incomplete = await replayed(lacking);
    expect(incomplete.outcome).toBe('INCOMPLETE');
    expect(brief(incomplete)).toEqual(['2 CIPHERTEXT_MISSING delta 0/available']);
    const gap = written();
    rmSync(join(gap, '4.receipt.json'));
    expect(brief(await replayed(gap))).toEqual(['5 RECEIPT_MISSING version 4']);
    const late = written();
    for (const version of [1, 2, 3]) rmSync(join(late, `${version}.receipt.json`));
    expect(brief(await replayed(late))).toEqual(['4 RECEIPT_MISSING versions 1 to 3']);
  });

  it('tells two receipts of one version, whoever signed both', async () => {
    const other = sampleHistory(engine).receipts;
    const folder = written();
    writeFileSync(join(folder, 'other.receipt.json'), other[3] ?? new Uint8Array());
    expect((await replayed(folder)).findings.map(({ reason }) => reason)).toEqual(['RECEIPT_FORKED']);
  });

  it('tells a receipt that continues another history', async () => {
    const other = sampleHistory(engine).receipts;
    const receipts = history.receipts.map((bytes, index) => (index === 6 ? (other[6] ?? bytes) : bytes));
    const replay = await replayed(written(receipts));
    expect(replay).toMatchObject({ outcome: 'FAILED', versions: 6 });
    expect(brief(replay)).toEqual(
      expect.arrayContaining(['7 LEDGER_CHAIN_BROKEN prevReceipt', '7 LEDGER_PAGES_MISMATCH pages.before']),
    );
  });

  it('takes receipts of the named key alone', async () => {
    const other = { ledger: null, ledgerKey: toBase64(new Uint8Array(32)) };
    const { receipts, refused } = await findReceipts([written()], other);
    expect(receipts).toEqual([]);
    expect(new Set(refused.map(({ reason }) => reason))).toEqual(new Set(['SIGNER_UNKNOWN']));
    expect(replayHistory({ receipts, refused }, null)).toMatchObject({ outcome: 'FAILED', versions: 0 });
  });

  it('takes receipts of one ledger, and asks which where there are several', async () => {
    const folder = written([...history.receipts, ...sampleHistory(engine, 'usd-1').receipts]);
    await expect(findReceipts([folder])).rejects.toThrow('name one with --ledger');
    expect((await findReceipts([folder], { ledger: 'usd-1', ledgerKey: null })).receipts).toHaveLength(7);
    await expect(findReceipts([folder], { ledger: 'chf-1', ledgerKey: null })).rejects.toThrow('got none');
    await expect(findReceipts([join(root, 'gone')])).rejects.toThrow('got nothing');
  });
});

/** Says another version, under the signature of the old one. */
function changedVersion(bytes: Uint8Array): Uint8Array {
  const envelope = parseJsonStrict(bytes);
  if (!isJsonObject(envelope)) throw new Error('no envelope');
  const payload = Buffer.from(String(envelope['payload']), 'base64').toString('utf8');
  const changed = payload.replace('"accountCount":2', '"accountCount":3');
  return canonicalBytes({ ...envelope, payload: Buffer.from(changed, 'utf8').toString('base64') });
}
