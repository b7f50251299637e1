import { UsageError } from '../output/failure.js';
import { type AttackCase, actors } from './attack-case.js';

/** The cases that are named by themselves or by their actor, in the order of the table; all where nothing is named. */
export function selectCases(table: readonly AttackCase[], only: readonly string[]): readonly AttackCase[] {
  const known = new Set([...actors, ...table.map(({ name }) => name)]);
  const unknown = only.find((name) => !known.has(name));
  if (unknown !== undefined) {
    throw new UsageError(
      `--only ${unknown}: expected the name of an attack or one of ${actors.join(', ')}; see sealflow attack --list`,
    );
  }
  if (only.length === 0) return table;
  return table.filter(({ name, actor }) => only.includes(name) || only.includes(actor));
}
