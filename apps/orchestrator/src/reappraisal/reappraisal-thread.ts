import { parentPort } from 'node:worker_threads';
import { parseTrustFile, type Reappraisal, type ReappraisalQuestion, reappraise } from '#evidence';

/** One bundle at a time; answers come in the order of the orders. Plain data only: it crosses to another thread. */
export interface Order {
  readonly bundle: Uint8Array;
  /** Bytes of a trust file that was parsed once already. */
  readonly trust: Uint8Array;
  readonly question: ReappraisalQuestion;
}

/** Null for a run that the question is not about. */
export interface Answer {
  readonly reappraisal: Reappraisal | null;
}

parentPort?.on('message', ({ bundle, trust, question }: Order) => {
  void reappraise(bundle, parseTrustFile(trust), question).then((reappraisal) =>
    parentPort?.postMessage({ reappraisal } satisfies Answer),
  );
});
