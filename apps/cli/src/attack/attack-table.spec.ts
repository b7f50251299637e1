import { describe, expect, it } from 'vitest';
import { actors } from './attack-case.js';
import { attackTable } from './attack-table.js';
import { renderList } from './render-attacks.js';
import { selectCases } from './select-cases.js';

describe('the table of attacks', () => {
  it('has each name once, and no name of an actor', () => {
    const names = attackTable.map(({ name }) => name);
    expect(new Set([...names, ...actors]).size).toBe(names.length + actors.length);
    for (const name of names) expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
  });

  it('expects of each a reason code, and says what it tries', () => {
    for (const { name, expected, tries } of attackTable) {
      expect(expected, name).toMatch(/^[A-Z]+(_[A-Z]+)*$/);
      expect(tries.length, name).toBeGreaterThan(10);
    }
  });

  it('is listed whole', () => {
    const list = renderList(attackTable);
    for (const { name, expected } of attackTable) expect(list).toMatch(new RegExp(`${name} +${expected}`));
  });
});

describe('--only', () => {
  it('refuses a name that nobody has', () => {
    expect(() => selectCases(attackTable, ['submitter', 'nobody'])).toThrow(
      /^--only nobody: expected the name of an attack or one of orchestrator, worker,/,
    );
  });

  it('takes attacks by name or by actor, each once and in the order of the table', () => {
    const [last] = attackTable.filter(({ actor }) => actor === 'submitter').slice(-1);
    const selected = selectCases(attackTable, [last?.name ?? '', 'submitter', 'orchestrator']);
    const wanted = attackTable.filter(({ actor }) => actor === 'submitter' || actor === 'orchestrator');
    expect(selected).toEqual(wanted);
    expect(selectCases(attackTable, [])).toEqual(attackTable);
  });
});
