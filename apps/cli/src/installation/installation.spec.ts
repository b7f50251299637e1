import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Installation } from './installation.js';

describe('an installation', () => {
  let home: string;

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'sealflow-installation-'));
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  it('keeps its keys and the place of its database when it is opened again', () => {
    const first = Installation.open(home);
    const again = Installation.open(home);
    expect(again.postgresHome).toBe(first.postgresHome);
    expect(again.approverSeed()).toEqual(first.approverSeed());
    expect(Installation.at(home).postgresHome).toBe(first.postgresHome);
  });

  it('that is made anew at an old path never finds the database of the one before', () => {
    const before = Installation.open(home).postgresHome;
    rmSync(home, { recursive: true });
    const after = Installation.open(home).postgresHome;
    // Below the home the old database went with the folder; outside of it the new one has another name.
    if (before.startsWith(home)) expect(after).toBe(join(home, 'postgres'));
    else expect(after).not.toBe(before);
  });

  it('that is only looked at is not made', () => {
    expect(Installation.at(join(home, 'none')).exists).toBe(false);
    expect(Installation.at(join(home, 'none')).postgresHome).toBe(join(home, 'none', 'postgres'));
  });
});
