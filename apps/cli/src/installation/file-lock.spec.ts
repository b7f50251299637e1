import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LockHeld, takeFileLock, withFileLock } from './file-lock.js';

const token = '00000000-0000-4000-8000-000000000000';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sealflow-lock-'));
  path = join(folder, 'wallet.lock');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const held = { isAlive: () => true, waitMs: 50 };
const gone = { isAlive: () => false, waitMs: 5_000 };

describe('a lock', () => {
  it('of a living process is waited for, and then named with who holds it', () => {
    writeFileSync(path, `4711 ${token}`);
    const work = () => withFileLock(path, () => 'done', held);
    expect(work).toThrow(LockHeld);
    expect(work).toThrow(/held by process 4711/);
    expect(readdirSync(folder)).toEqual(['wallet.lock']);
  });

  it('that says not whose it is, is not taken over', () => {
    writeFileSync(path, 'something else');
    expect(() => withFileLock(path, () => 'done', { ...gone, waitMs: 50 })).toThrow(LockHeld);
    expect(readFileSync(path, 'utf8')).toBe('something else');
  });

  it('of a process that is gone is taken over, and nothing is left behind', () => {
    writeFileSync(path, `4711 ${token}`);
    expect(withFileLock(path, () => readFileSync(path, 'utf8'), gone)).toMatch(`${process.pid} `);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('that came with the copy of a folder holds nobody up, and the one that it was copied from stays held', () => {
    const giveBack = takeFileLock(path);
    const copied = join(folder, 'copy.lock');
    copyFileSync(path, copied);
    expect(withFileLock(copied, () => 'done', held)).toBe('done');
    expect(() => withFileLock(path, () => 'done', held)).toThrow(LockHeld);
    giveBack();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('that somebody else is about to end is left to it', () => {
    writeFileSync(path, `4711 ${token}`);
    writeFileSync(`${path}.${token}.end`, `4712 ${token}`);
    expect(() => withFileLock(path, () => 'done', { isAlive: () => false, waitMs: 50 })).toThrow(LockHeld);
  });

  it('that is held longer is given back once, and never takes away that of the next one', () => {
    const giveBack = takeFileLock(path);
    expect(() => takeFileLock(path, { waitMs: 0 })).toThrow(`held by process ${process.pid}`);
    giveBack();
    const giveBackNext = takeFileLock(path);
    giveBack();
    expect(existsSync(path)).toBe(true);
    giveBackNext();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is given back where the work fails', () => {
    const fails = () =>
      withFileLock(path, () => {
        throw new RangeError('no');
      });
    expect(fails).toThrow(RangeError);
    expect(existsSync(path)).toBe(false);
  });

  it('keeps processes apart that count in one file', async () => {
    const counter = join(folder, 'counter');
    writeFileSync(counter, '0');
    const program = `
      import { readFileSync, writeFileSync } from 'node:fs';
      import { withFileLock } from ${JSON.stringify(new URL('./file-lock.ts', import.meta.url).href)};
      const [path, counter] = process.argv.slice(1);
      for (let turn = 0; turn < 50; turn += 1) {
        withFileLock(path, () => {
          const before = Number(readFileSync(counter, 'utf8'));
          writeFileSync(counter, String(before + 1));
        });
      }`;
    const children = Array.from({ length: 3 }, () =>
      spawn(process.execPath, ['--input-type=module', '-e', program, path, counter], { stdio: 'inherit' }),
    );
    const codes = await Promise.all(children.map(async (child) => (await once(child, 'exit'))[0]));
    expect(codes).toEqual([0, 0, 0]);
    expect(readFileSync(counter, 'utf8')).toBe('150');
  });
});
