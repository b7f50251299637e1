import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toBase64 } from '#canonical';
import { exitCode } from '../output/failure.js';
import { MandateFolder } from './mandate-folder.js';

const key = toBase64(new Uint8Array(32).fill(7));
const content = {
  ...{ tenant: 'demo', ledger: 'shop', ledgerKey: key, account: 'agent-7', seed: key },
  untilMs: Date.parse('2027-01-01T00:00:00.000Z'),
};
const { untilMs: _untilMs, ...plain } = content;
const document = { v: 'sealflow/mandate/v1', ...plain, until: '2027-01-01T00:00:00.000Z' };

let root: string;
let folder: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sealflow-mandate-'));
  folder = join(root, 'agent');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function written(value: unknown): string {
  mkdirSync(join(folder, 'numbers'), { recursive: true });
  writeFileSync(join(folder, 'mandate.json'), typeof value === 'string' ? value : JSON.stringify(value));
  return folder;
}

describe('the folder of a mandate', () => {
  it('is not made over one that is there, whose key may have a mandate', () => {
    MandateFolder.create(folder, content);
    expect(() => MandateFolder.create(folder, content)).toThrow(/expected a folder that is not there yet/);
  });

  it('is asked for where there is none', () => {
    expect(() => MandateFolder.open(folder)).toThrow(/ledger mandate grant/);
  });

  it.each<[string, unknown, RegExp]>([
    ['no JSON', '{', /expected a mandate of sealflow\/mandate\/v1/],
    ['another document', { ...document, v: 'sealflow/wallet/v1' }, /mandate\.v: expected/],
    ['a member that there is not', { ...document, owner: key }, /mandate\.owner: expected no such member/],
    ['no account', { ...document, account: '' }, /mandate\.account: expected text/],
    ['a short key', { ...document, seed: 'AAAA' }, /mandate\.seed: expected 32 bytes/],
    ['a key that is no base64', { ...document, seed: '***' }, /expected a mandate/],
    ['no end', { ...document, until: 'tomorrow' }, /expected a mandate/],
  ])('is refused as malformed with %s, and names no key', (_what, value, message) => {
    let failure: unknown;
    try {
      MandateFolder.open(written(value));
    } catch (error) {
      failure = error;
    }
    expect(failure).toMatchObject({ code: exitCode.malformed, message: expect.stringMatching(message) });
    expect((failure as Error).message).not.toContain(key);
  });

  it('is read as it was made, by its owner alone', () => {
    MandateFolder.create(folder, content);
    expect(MandateFolder.open(folder).content).toEqual(content);
    expect(statSync(join(folder, 'mandate.json')).mode & 0o077).toBe(0);
  });

  it('gives each number once, whoever of its users asks, and keeps no more than it needs', () => {
    const users = [
      MandateFolder.create(folder, content),
      MandateFolder.open(folder),
      MandateFolder.open(folder),
    ];
    const given = Array.from({ length: 200 }, (_, index) => users[index % users.length]?.nextNumber());
    expect(given).toEqual(Array.from({ length: 200 }, (_, index) => index + 1));
    expect(readdirSync(join(folder, 'numbers')).length).toBeLessThanOrEqual(65);
  });

  it('goes on after the highest number that was taken, by whomever, and takes no other file for one', () => {
    const mandate = MandateFolder.create(folder, content);
    for (const name of ['note', '3', '7']) writeFileSync(join(folder, 'numbers', name), '');
    expect([mandate.nextNumber(), MandateFolder.open(folder).nextNumber()]).toEqual([8, 9]);
  });
});
