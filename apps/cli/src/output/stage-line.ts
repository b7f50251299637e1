import { type StageName, stageNames } from '#evidence';

/** What is being looked at, for whoever waits. */
const doing: Readonly<Record<StageName, string>> = {
  parse: 'reading the document',
  schema: 'reading the statements',
  blobs: 'recomputing the digests of the evidence',
  log: 'checking the log proof and the witnesses',
  time: 'checking the timestamps',
  root: 'checking the signature of the run',
  tree: 'checking that each step belongs to the run',
  signatures: 'checking the signatures of the steps',
  evidence: 'checking hardware evidence and proofs',
  edges: 'checking that outputs are the next inputs',
  freshness: 'checking nonces and validity at that time',
  policy: 'applying the policy again',
  assurance: 'summing up what is proven',
};

/** One line of progress, e.g. `[4/13] checking the log proof and the witnesses`. */
export function stageLine(stage: StageName, place: number): string {
  return `[${place}/${stageNames.length}] ${doing[stage]}`;
}

/** Writes the stage over the one before; `clear` leaves the line as it was found. */
export function stageProgress(terminal: { readonly isTTY?: boolean; write(text: string): unknown }): {
  readonly onStage?: (stage: StageName, place: number) => void;
  clear(): void;
} {
  if (terminal.isTTY !== true) return { clear: () => {} };
  return {
    onStage: (stage, place) => terminal.write(`\r\u001b[K${stageLine(stage, place)}`),
    clear: () => terminal.write('\r\u001b[K'),
  };
}
