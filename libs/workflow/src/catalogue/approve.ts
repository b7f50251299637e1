import { ESTIMATES } from './estimates.js';
import { HUMAN } from './levels.js';
import type { Operation } from './operation.js';

const decision = { class: 'disclosable', alg: 'public' } as const;
const ANSWERS = ['approve', 'decline'] as const;

/** Human oversight: an approver signs approve or decline; the run waits as long as the step's timeout allows. */
export const humanApprove: Operation = {
  name: 'human.approve',
  inputs: { decision: { ...decision, optional: false } },
  outputs: { decision: { ...decision, task: '' } },
  fields: { decision: { values: ANSWERS, task: '' } },
  candidates: [
    {
      protection: 'human',
      assurance: HUMAN,
      status: 'ready',
      why: 'a person decides and signs with a key of the trust policy; the approver sees only the disclosable decision',
      tasks: [
        {
          suffix: '',
          operation: 'human.approve',
          protection: 'human',
          kind: 'human',
          assurance: HUMAN,
          inputs: { decision: { ...decision, optional: false, from: 'step' } },
          outputs: { decision: { ...decision, readers: [], presentWhen: null } },
          facts: { decision: ANSWERS },
          when: [],
          completes: null,
          ledgerState: false,
          timeoutMs: 24 * 3_600_000,
          attemptsMax: 1,
          estimate: ESTIMATES.human,
        },
      ],
    },
  ],
  parametersRequired: [],
  compensations: [],
};
