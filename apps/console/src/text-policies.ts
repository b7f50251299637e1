/** Part of the catalogue in `text.ts`: the page of policies. */
export const policyTexts = {
  why: 'Appraisal policies that runs pinned: what hardware and which images were believed. A run names the digest, and the bytes are in its bundle.',
  empty: 'No run has pinned a policy yet.',
  version: 'Version',
  place: (place: number) => `Version ${place}`,
  judged: 'Judged',
  runs: (count: number) => (count === 1 ? '1 run' : `${count} runs`),
  compare: 'Compare two versions',
  before: 'One version',
  after: 'Another version',
  own: 'The policy of your trust file',
  trustHint: 'roots, keys and logs that you believe; stored evidence is judged by it under either policy',
  needsTrust: 'Choose your trust file first.',
  noTrust: 'The file has no policy: choose a trust file.',
  same: 'Both versions say the same.',
  changes: (count: number) => (count === 1 ? '1 rule differs' : `${count} rules differ`),
  rule: 'Rule',
  silent: 'says nothing',
  whatIf: 'What if',
  whatIfWhy:
    'The evidence of stored runs is judged again under both versions, by the code of the verifier and by your trust file. Each run that is opened is in the access log.',
  judgesOnly: 'Judging stored runs again is for the roles compliance and auditor.',
  bound: 'At most so many runs',
  judge: 'Judge stored runs under both',
  judging: (count: number) => `${count} runs judged…`,
  stop: 'Stop',
  result: (differ: number, judged: number) =>
    `${differ} of ${judged} ${judged === 1 ? 'run' : 'runs'} would be judged otherwise.`,
  resultMore: 'The period has more runs than were looked at.',
  fates: { HOLDS: 'Holds', WOULD_FAIL: 'Would fail', UNDECIDED: 'Undecided' } as Readonly<
    Record<string, string>
  >,
  holdsSimulated: 'Holds, simulated',
} as const;
