/*
 * Which rule asks for what, and what of a period supports it. Engineering notes: each line says what is shown and what is
 * not, and none of them that anybody complies, which is for counsel to say.
 */

export const frameworkIds = ['ai-act', 'dora', 'hipaa', 'soc2', 'iso-42001'] as const;
export type FrameworkId = (typeof frameworkIds)[number];

/** What a period shows, as counts. */
export interface ReportFacts {
  readonly runs: number;
  readonly endedRuns: number;
  /** Without whole evidence, by why. */
  readonly openRuns: number;
  readonly unstampedRuns: number;
  readonly deletedRuns: number;
  readonly uncountedRuns: number;
  readonly steps: number;
  /** Steps whose data no operator could read, by this server's look. */
  readonly coveredSteps: number;
  readonly simulatedSteps: number;
  /** Signed decisions of people. */
  readonly decisions: number;
  /** Records of who read evidence. */
  readonly accesses: number;
  readonly retentionRules: number;
  readonly holds: number;
  readonly witnesses: number;
  readonly quorum: number;
  readonly policies: number;
}

export interface Objective {
  /** Of this project, stable; it begins with a letter, as OSCAL wants it. */
  readonly id: string;
  readonly rule: string;
  readonly supports: string;
  readonly gap: string;
  /** Whether the period shows what this objective says, without exception. */
  readonly shown: boolean;
}

export interface Framework {
  readonly id: FrameworkId;
  readonly title: string;
  readonly notes: string;
}

export const frameworks: Readonly<Record<FrameworkId, Framework>> = {
  'ai-act': {
    id: 'ai-act',
    title: 'Regulation (EU) 2024/1689 (AI Act)',
    notes:
      'Duties for stand-alone high-risk systems (Annex III) are announced for 2 December 2027; check the date in the Official Journal.',
  },
  dora: {
    id: 'dora',
    title: 'Regulation (EU) 2022/2554 (DORA) with RTS (EU) 2024/1774',
    notes: 'Registers of providers and reports of incidents are kept elsewhere.',
  },
  hipaa: {
    id: 'hipaa',
    title: 'HIPAA Security Rule, 45 CFR Part 164 Subpart C',
    notes: 'The proposed changes of 6 January 2025 are not taken for law.',
  },
  soc2: {
    id: 'soc2',
    title: 'SOC 2, Trust Services Criteria',
    notes: 'An examination is an auditor’s own: draw a sample and verify its bundles.',
  },
  'iso-42001': {
    id: 'iso-42001',
    title: 'ISO/IEC 42001:2023',
    notes: 'The management system around the runs is not shown here.',
  },
};

const runsRecorded = ({ runs, endedRuns, unstampedRuns, deletedRuns, uncountedRuns }: ReportFacts): string =>
  `${endedRuns} of ${runs} runs ended, each with a bundle that is logged; ${uncountedRuns} without counted levels, ` +
  `${unstampedRuns} without every timestamp, ${deletedRuns} whose bundle retention took away`;

const whole = ({ endedRuns, unstampedRuns, deletedRuns, uncountedRuns }: ReportFacts): boolean =>
  endedRuns > 0 && unstampedRuns + deletedRuns + uncountedRuns === 0;

const inUse = ({ steps, coveredSteps, simulatedSteps }: ReportFacts): string =>
  `${coveredSteps} of ${steps} steps not visible to their operator in use; ${simulatedSteps} on SIMULATED hardware or keys, which protect nothing`;

const seenLog = ({ quorum, witnesses }: ReportFacts): string =>
  quorum === 0
    ? 'a log that only its operator vouches for: no witness is asked'
    : `a log whose checkpoints ${quorum} of ${witnesses} witnesses cosign before they are shown`;

/** With any step on simulated hardware or keys nothing of a period is shown: whoever operates it could make it up. */
export function objectivesOf(framework: FrameworkId, facts: ReportFacts): readonly Objective[] {
  return rowsOf(framework, facts).map((row) => ({ ...row, shown: row.shown && facts.simulatedSteps === 0 }));
}

function rowsOf(framework: FrameworkId, facts: ReportFacts): readonly Objective[] {
  const { steps, coveredSteps, simulatedSteps, decisions, accesses, retentionRules, holds, policies } = facts;
  const covered = steps > 0 && coveredSteps === steps && simulatedSteps === 0;
  const access = `${accesses} recorded accesses to evidence, each with its leaf in the log`;
  const kept = `${retentionRules} retention rules and ${holds} standing holds`;
  switch (framework) {
    case 'ai-act':
      return [
        objective(
          'ai-act-12-1',
          'Article 12(1)-(2): automatic recording of events',
          runsRecorded(facts),
          'says nothing of events outside of runs, nor of runs of other systems',
          whole(facts),
        ),
        objective(
          'ai-act-14',
          'Article 14: human oversight',
          `${decisions} signed decisions of people`,
          'does not show that a reviewer understood the case, nor that a decision was needed where none was planned',
          decisions > 0,
        ),
        objective(
          'ai-act-15',
          'Article 15: accuracy, robustness, cybersecurity',
          `${policies} appraisal policies decided which hardware and code were taken; ${inUse(facts)}`,
          'accuracy of models is not measured here',
          covered,
        ),
        objective(
          'ai-act-19',
          'Articles 19(1) and 26(6): logs kept for at least six months',
          kept,
          'whether a rule is long enough is for its owner to compare',
          facts.deletedRuns === 0,
        ),
      ];
    case 'dora':
      return [
        objective(
          'dora-rts-12',
          'RTS 2024/1774, Article 12: logging, protected against tampering',
          `${runsRecorded(facts)}; ${seenLog(facts)}`,
          'the clock is that of the operator unless witnesses or timestamp authorities anchor it',
          whole(facts) && facts.quorum > 0,
        ),
        objective(
          'dora-rts-6',
          'RTS 2024/1774, Article 6: encryption in use, or a record why not',
          inUse(facts),
          'at rest and in transit are shown by the configuration, not by runs',
          covered,
        ),
        objective(
          'dora-28',
          'Article 28: providers and rights of audit',
          access,
          'the register of providers is kept elsewhere',
          accesses > 0,
        ),
      ];
    case 'hipaa':
      return [
        objective(
          'hipaa-312-b',
          '45 CFR 164.312(b): audit controls',
          `${runsRecorded(facts)}; ${access}`,
          'systems outside of these runs are not examined',
          whole(facts),
        ),
        objective(
          'hipaa-312-c',
          '45 CFR 164.312(c): integrity',
          `commitments on every edge of a run, signatures of every step; ${seenLog(facts)}`,
          'holds for a bundle once it is verified',
          whole(facts),
        ),
        objective(
          'hipaa-316-b',
          '45 CFR 164.316(b)(2)(i): six years of documentation',
          kept,
          'whether a rule is long enough is for its owner to compare',
          facts.deletedRuns === 0,
        ),
      ];
    case 'soc2':
      return [
        objective(
          'soc2-cc4-1',
          'CC4.1: monitoring of controls',
          runsRecorded(facts),
          'design of controls is not shown',
          whole(facts),
        ),
        objective(
          'soc2-cc6-1',
          'CC6.1: logical access',
          `${access}; ${inUse(facts)}`,
          'access to the platform itself is in logs of the operator',
          covered,
        ),
        objective(
          'soc2-cc7-2',
          'CC7.2: anomalies',
          seenLog(facts),
          'somebody has to look at what failed',
          facts.quorum > 0,
        ),
        objective(
          'soc2-pi1',
          'PI1: processing integrity',
          inUse(facts),
          'draw a sample with a seed of your own and verify its bundles',
          covered,
        ),
      ];
    case 'iso-42001':
      return [
        objective(
          'iso-a-6-2-8',
          'A.6.2.8: event logs of AI systems',
          runsRecorded(facts),
          'phases of the life cycle other than use are not logged here',
          whole(facts),
        ),
        objective(
          'iso-a-9-2',
          'A.9.2: responsible use',
          `${decisions} signed decisions of people; ${policies} appraisal policies`,
          'objectives of responsible use are written elsewhere',
          decisions > 0,
        ),
      ];
  }
}

function objective(id: string, rule: string, supports: string, gap: string, shown: boolean): Objective {
  return { id, rule, supports, gap, shown };
}
