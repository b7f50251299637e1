import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { attackTable } from '../../apps/cli/src/attack/attack-table.js';
import { repositoryRoot } from '../architecture/source-file.js';
import { type AttackRecord, attacksDocument } from './attacks-document.js';

const record = JSON.parse(readFileSync(join(repositoryRoot, 'docs/attacks.json'), 'utf8')) as AttackRecord;

describe('docs/attacks.md', () => {
  it('is made of the table and its last run (vitest -u writes it)', async () => {
    const text = attacksDocument(attackTable, record);
    await expect(text).toMatchFileSnapshot(join(repositoryRoot, 'docs/attacks.md'));
  });

  it('knows of each attack that it was made, and by which code it was stopped (scripts/record-attacks.mjs)', () => {
    const made = record.attacks.map(({ name, outcome, got }) => `${name} ${outcome} ${got}`);
    expect(made).toEqual(attackTable.map(({ name, expected }) => `${name} stopped ${expected}`));
  });

  it('says of an attack that nobody made that it was never run', () => {
    const text = attacksDocument(attackTable, { ...record, attacks: [] });
    expect(text.match(/\| never run +\|/g)).toHaveLength(attackTable.length);
  });
});
