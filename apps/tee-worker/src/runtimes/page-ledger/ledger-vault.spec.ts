import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestOf, fromBase64, utf8 } from '#canonical';
import { codeOf } from '../task-error.fixture.js';
import { LedgerVault } from './ledger-vault.js';
import { sampleRecord, seededBytes } from './record.fixture.js';

const sealingKey = new Uint8Array(32).fill(9);
const receipt = digestOf(utf8('receipt'));

describe('vault of the key enclave', () => {
  let folder: string;
  let count = 0;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sealflow-vault-'));
  });
  afterAll(async () => await rm(folder, { recursive: true }));

  function place(): string {
    count += 1;
    return join(folder, `${count}`, 'ledger.sealed');
  }
  const vault = (stateFile: string, key = sealingKey): LedgerVault =>
    new LedgerVault({ sealingKey: key, stateFile, random: seededBytes(stateFile) });

  it('does not open under the sealing key of another platform', async () => {
    const stateFile = place();
    await vault(stateFile).save(sampleRecord());
    const other = vault(stateFile, new Uint8Array(32).fill(8));
    expect(await codeOf(other.load('acme', 'eur-1'))).toBe('SEALED_STATE_UNREADABLE');
  });

  it('does not open when a byte of the file was changed', async () => {
    const stateFile = place();
    await vault(stateFile).save(sampleRecord());
    const [name = ''] = await readdir(join(stateFile, '..'));
    const path = join(stateFile, '..', name);
    const bytes = await readFile(path);
    bytes[40] = (bytes[40] ?? 0) ^ 1;
    await writeFile(path, bytes);
    expect(await codeOf(vault(stateFile).load('acme', 'eur-1'))).toBe('SEALED_STATE_UNREADABLE');
  });

  it('does not take the file of one ledger for that of another', async () => {
    const stateFile = place();
    await vault(stateFile).save(sampleRecord());
    const [first = ''] = await readdir(join(stateFile, '..'));
    await vault(stateFile).save(sampleRecord({ ledger: 'eur-2' }));
    const second = (await readdir(join(stateFile, '..'))).find((name) => name !== first) ?? '';
    await writeFile(join(stateFile, '..', second), await readFile(join(stateFile, '..', first)));
    expect(await codeOf(vault(stateFile).load('acme', 'eur-2'))).toBe('SEALED_STATE_UNREADABLE');
  });

  it('has nothing of a ledger that it never held', async () => {
    const empty = vault(place());
    expect(await empty.load('acme', 'eur-1')).toBeNull();
    expect(await empty.head('acme', 'eur-1')).toBeNull();
  });

  it('keeps record and head over a restart, and no secret in clear', async () => {
    const stateFile = place();
    const record = sampleRecord();
    await vault(stateFile).save(record);
    await vault(stateFile).saveHead('acme', 'eur-1', { version: 7, receipt });
    expect(await vault(stateFile).load('acme', 'eur-1')).toEqual(record);
    expect(await vault(stateFile).head('acme', 'eur-1')).toMatchObject({ version: 7, receipt });
    for (const name of await readdir(join(stateFile, '..'))) {
      const bytes = await readFile(join(stateFile, '..', name));
      expect(bytes.includes(record.signingSeed)).toBe(false);
      expect(bytes.includes(Buffer.from(fromBase64(record.signingSeed)))).toBe(false);
    }
  });
});
