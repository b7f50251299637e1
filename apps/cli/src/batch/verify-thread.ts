import { parentPort, workerData } from 'node:worker_threads';
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

const { trust: trustBytes, ...options } = workerData as ThreadInput;
const trust = parseTrustFile(trustBytes);

parentPort?.on('message', (file: string) => {
  void verifyOne(file, trust, options).then((verdict) => parentPort?.postMessage(verdict));
});
