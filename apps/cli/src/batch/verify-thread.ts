import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { parseTrustFile, type VerifyOptions } from '#evidence';
import { verifyOne } from './verify-one.js';

/** One thread of a batch: it gets names of files and answers with verdicts, one after the other. */
export interface ThreadInput {
  /** Bytes of the trust file. */
  readonly trust: Uint8Array;
  /** Plain data only: it crosses to another thread. */
  readonly judged: VerifyOptions;
  /** Whether verdicts carry their checks. */
  readonly checks: boolean;
}

if (parentPort !== null) serveVerdicts(parentPort, workerData as ThreadInput);

function serveVerdicts(port: MessagePort, { trust: trustBytes, ...options }: ThreadInput): void {
  const trust = parseTrustFile(trustBytes);
  port.on('message', (file: string) => {
    void verifyOne(file, trust, options).then((verdict) => port.postMessage(verdict));
  });
}
