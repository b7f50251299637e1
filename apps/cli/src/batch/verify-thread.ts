import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { parseTrustFile, type VerifyOptions } from '#evidence';
import { verifyOne } from './verify-one.js';

/** One thread of a batch: it gets names of files and answers with verdicts, one after the other. */
export interface ThreadInput {
  /** Bytes of the trust file. */
  readonly trust: Uint8Array;
  /** Plain data only: it crosses to another thread. */
  readonly judged: Omit<VerifyOptions, 'hindsight'>;
  /** Bytes of the updated trust file; null: no second verdict. */
  readonly hindsight: Uint8Array | null;
  /** Whether verdicts carry their checks. */
  readonly checks: boolean;
}

if (parentPort !== null) serveVerdicts(parentPort, workerData as ThreadInput);

function serveVerdicts(port: MessagePort, input: ThreadInput): void {
  const trust = parseTrustFile(input.trust);
  const hindsight = input.hindsight === null ? {} : { hindsight: parseTrustFile(input.hindsight) };
  const options = { judged: { ...input.judged, ...hindsight }, checks: input.checks };
  port.on('message', (file: string) => {
    void verifyOne(file, trust, options).then((verdict) => port.postMessage(verdict));
  });
}
