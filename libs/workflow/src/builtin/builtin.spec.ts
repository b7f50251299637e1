import { describe, expect, it } from 'vitest';
import { CATALOGUE } from '../catalogue/catalogue.js';
import { NO_MINIMUMS, planWorkflow } from '../index.js';
import { BUILTIN_WORKFLOWS, builtinDefinition } from './builtin.js';

describe('built-in workflows of ledgers of pages', () => {
  const names = BUILTIN_WORKFLOWS.filter((name) => name.startsWith('ledger-') && name !== 'ledger-open');

  it.each(names)('%s is planned where its workers are connected, and not without', (name) => {
    const definition = builtinDefinition(name);
    const [[id, step] = ['', null]] = Object.entries(definition.steps);
    const tasks =
      CATALOGUE.get(step?.operation ?? '')?.candidates.flatMap((candidate) => candidate.tasks) ?? [];
    const connected = tasks.map(({ operation }) => operation);
    const parameters = { [id]: { ledger: 'eur-1' } };
    const planned = (operations: readonly string[]) =>
      planWorkflow({ definition, minimums: NO_MINIMUMS, connected: operations, parameters }).tasks;
    expect(planned(connected).map(({ operation }) => operation)).toEqual(connected);
    expect(() => planned(connected.slice(1))).toThrow(
      expect.objectContaining({ code: 'ROUTE_UNSATISFIABLE' }),
    );
  });
});
