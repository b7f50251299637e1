import { type Integrity, integrityLevels } from '../statements/step.js';
import type { Session } from './session.js';
import type { StageChecks } from './stage-checks.js';
import type { StepVerdict } from './verdict.js';

/** What a caller asks of this one bundle, over and above the trust file. It can only make a verdict worse. */
export interface Demands {
  /** Integrity that each step must reach, but for decisions of persons, which are never more than signed. */
  readonly integrity?: Integrity;
  /** The same for single steps, by step id; a person's decision too. A step that is not there has not reached it. */
  readonly stepIntegrity?: Readonly<Record<string, Integrity>>;
  /** Witnesses of the trust file that must have cosigned, where its own quorum asks for fewer. */
  readonly witnesses?: number;
}

/** Part of stage 4. */
export function demandWitnesses(session: Session, checks: StageChecks, cosigned: number): void {
  const { witnesses } = session.options.demands;
  if (witnesses === undefined) return;
  checks.passIf(
    cosigned >= witnesses,
    'BND-LOG-008',
    `${witnesses} witnesses, as the caller asks`,
    'WITNESS_QUORUM_NOT_MET',
    {
      expected: `cosignatures of ${witnesses} witnesses of the trust file`,
      actual: `${cosigned}`,
    },
  );
}

/** Part of stage 13. */
export function demandIntegrity(
  session: Session,
  checks: StageChecks,
  verdicts: readonly StepVerdict[],
): void {
  const { integrity, stepIntegrity = {} } = session.options.demands;
  for (const { stepId, kind, integrity: reached } of verdicts) {
    if (integrity === undefined || kind === 'human' || Object.hasOwn(stepIntegrity, stepId)) continue;
    demand(checks, stepId, integrity, reached);
  }
  for (const [stepId, wanted] of Object.entries(stepIntegrity)) {
    const found = verdicts.find((verdict) => verdict.stepId === stepId);
    demand(checks, stepId, wanted, found?.integrity ?? null);
  }
  const hidden = session.root.steps.count - verdicts.length;
  if (integrity !== undefined && hidden > 0) {
    checks.fail('BND-ASSURE-002', 'integrity that the caller asks for', 'CLASS_NOT_REACHED', {
      expected: `${integrity} or better for every step`,
      actual: `${hidden} steps that are not shown`,
    });
  }
}

function demand(checks: StageChecks, step: string, wanted: Integrity, reached: Integrity | null): void {
  const holds = reached !== null && integrityLevels.indexOf(reached) <= integrityLevels.indexOf(wanted);
  checks.passIf(holds, 'BND-ASSURE-002', 'integrity that the caller asks for', 'CLASS_NOT_REACHED', {
    step,
    expected: `${wanted} or better`,
    actual: reached ?? 'no such step in the bundle',
  });
}
