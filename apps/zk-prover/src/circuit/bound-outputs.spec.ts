import { describe, expect, it } from 'vitest';
import { unboundFacts, unboundOutputs } from '#proofs';
import { TaskError } from '#worker';
import { CATALOGUE, ownerOperation } from '#workflow';
import { loadCircuit, shippedArtifacts } from './circuit.js';
import { requireBoundOutputs } from './prove-task.js';

const circuits: Readonly<Record<string, string>> = {
  'scorecard.prove': 'scorecard',
  'credit.decide.circuit': 'credit-network',
  'balance.transfer': 'transfer',
  'claim.adjudicate': 'claim',
  'spending.prove': 'spending',
};
const planned = [...CATALOGUE.values()].flatMap(({ candidates }) =>
  candidates.flatMap(({ tasks }) => tasks.filter(({ kind }) => kind === 'zk.groth16')),
);

describe('a step that is proved', () => {
  it('is not proved by a circuit that does not name its output', () => {
    const network = loadCircuit(shippedArtifacts('credit-network'));
    let refused: unknown;
    try {
      requireBoundOutputs(network, 'scorecard.prove', ['decision', 'limit']);
    } catch (error) {
      refused = error;
    }
    expect(refused).toBeInstanceOf(TaskError);
    expect(refused).toMatchObject({ code: 'OUTPUT_UNBOUND', retryable: false });
    expect(String(refused)).toMatch(
      /output limit of scorecard\.prove: expected one that a public signal of circuit credit-network@1 names \(decision\)/,
    );
  });

  it('has a circuit in this release, wherever a plan may put it', () => {
    const known = Object.keys(circuits).flatMap((operation) => [operation, ownerOperation(operation)]);
    expect(known).toEqual(expect.arrayContaining(planned.map(({ operation }) => operation)));
  });

  it.each(planned.map(({ operation, outputs, facts }) => ({ operation, outputs, facts })))(
    'as $operation gives nothing that its circuit does not name',
    ({ operation, outputs, facts }) => {
      const { manifest } = loadCircuit(shippedArtifacts(circuits[operation.replace(/\.owner$/, '')] ?? ''));
      expect(unboundOutputs(manifest, Object.keys(outputs))).toEqual([]);
      expect(unboundFacts(manifest, Object.keys(facts))).toEqual([]);
    },
  );
});
