/** What the checks of one area of a bundle are about: the middle part of a check's name. */
export interface CheckArea {
  readonly subject: string;
  /** What a failure means, where the reason does not say more. */
  readonly meaning: string;
}

const areas: Readonly<Record<string, CheckArea>> = {
  PARSE: {
    subject: 'the bytes of the file: strict JSON within the limits of the format',
    meaning: 'The file is cut off, or no honest writer made it; nothing of it was believed.',
  },
  SCHEMA: {
    subject: 'the members of the bundle and of its statements',
    meaning: 'A member is missing or is not what the format says.',
  },
  BLOB: {
    subject: 'raw evidence, named by its digest',
    meaning: 'Evidence is missing, or it is not the evidence that was signed.',
  },
  LOG: {
    subject: 'the place of the run in the transparency log, and who cosigned it',
    meaning: 'The run is not proved to be in the log that your trust file names.',
  },
  TIME: {
    subject: 'the time as of which all is judged: timestamps, witnesses, renewals',
    meaning: 'Nobody whom your trust file believes says when the run was there.',
  },
  ROOT: {
    subject: 'the statement about the whole run, and who signed it',
    meaning: 'The set of steps is not the one that the orchestrator assembled.',
  },
  TREE: {
    subject: 'whether the steps shown are those of the run',
    meaning: 'A step was added, removed or moved.',
  },
  SIG: {
    subject: 'the signature of each step, by the key that the evidence speaks of',
    meaning: 'A step was not signed by the machine or person that it names.',
  },
  EVID: {
    subject: 'the hardware evidence behind each step, judged again by your policy',
    meaning: 'The hardware, its firmware or the code in it is not what your trust file accepts.',
  },
  ZK: {
    subject: 'the proof of a step, its circuit and what it is bound to',
    meaning: 'The statement is not proved, or not under a circuit that your trust file accepts.',
  },
  FHE: {
    subject: 'the additions of encrypted amounts',
    meaning: 'The result is not what the inputs lead to.',
  },
  HUMAN: {
    subject: 'the decision of a person',
    meaning: 'Nobody whom your trust file names as an approver decided this.',
  },
  LEDGER: {
    subject: 'receipts of the key enclave, each continuing the one before',
    meaning: 'The change of balances does not continue the state that the ledger had.',
  },
  USAGE: {
    subject: 'what a conversation with a model came to, call by call',
    meaning: 'The charge is not the sum of what the worker signed, or not at the prices of the plan.',
  },
  EDGE: {
    subject: 'the way of each value from step to step',
    meaning: 'A step did not work on what the step before it gave out.',
  },
  COVER: {
    subject: 'whether every task of the plan is accounted for',
    meaning: 'A task was left out, or ran although the plan says otherwise.',
  },
  READ: {
    subject: 'who could open which value',
    meaning: 'The list of readers is not the one that was signed.',
  },
  FRESH: {
    subject: 'whether evidence is of this run and was used in its window',
    meaning: 'Evidence may have been made for another run or another time.',
  },
  POLICY: {
    subject: 'stored verdicts and permissions, against your own policy',
    meaning: 'The run claims more than its evidence shows, or did what your policy does not allow.',
  },
  ASSURE: {
    subject: 'what each step is worth',
    meaning: 'A step is worth less than was planned or asked for.',
  },
  INT: {
    subject: 'the verifier itself',
    meaning: 'The verifier stumbled; nothing is known. Report this file.',
  },
};

/** For a name such as `BND-LOG-005`, in either case; null for a name that no check of a bundle has. */
export function explainArea(id: string): CheckArea | null {
  const [, area] = /^BND-([A-Z]+)-[0-9]{3}$/.exec(id.toUpperCase()) ?? [];
  return area !== undefined && Object.hasOwn(areas, area) ? (areas[area] ?? null) : null;
}
