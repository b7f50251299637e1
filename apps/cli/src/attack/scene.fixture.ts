import type { Answer, AttackCase, Scene } from './attack-case.js';

/** A case that ends as it is told to, and touches no target. */
export function caseThat(attack: () => Promise<Answer>, change: Partial<AttackCase> = {}): AttackCase {
  return {
    name: 'a-case',
    actor: 'submitter',
    tries: 'do what it is told',
    expected: 'EXPECTED_CODE',
    noticedBy: 'orchestrator',
    needs: 'target',
    leaves: '',
    ...change,
    attack,
  };
}

/** Where nothing can be asked. */
export const emptyScene = { stack: null } as Scene;
