import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UsageError } from '../output/failure.js';
import { takeHome } from './home-lock.js';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'sealflow-home-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

describe('the right to run a stack in a home', () => {
  it('is refused while a process runs one, which is named with what to do', () => {
    const giveBack = takeHome({ home });
    expect(() => takeHome({ home })).toThrow(UsageError);
    expect(() => takeHome({ home })).toThrow(
      `process ${process.pid} starts, runs or stops a stack in ${home}`,
    );
    expect(() => takeHome({ home })).toThrow('SEALFLOW_HOME');
    giveBack();
    expect(readdirSync(home)).toEqual([]);
  });

  it('is taken over from a process that was killed', () => {
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    writeFileSync(join(home, 'stack.lock'), `${pid} 00000000-0000-4000-8000-000000000000`);
    takeHome({ home })();
    expect(readdirSync(home)).toEqual([]);
  });
});
