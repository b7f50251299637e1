import { parentPort, workerData } from 'node:worker_threads';
import { parseTrustFile } from '#evidence';
import { type Asked, reappraiseOne } from './reappraise-one.js';

/** One thread of a re-appraisal: it gets names of files and answers with what became of each. */
export interface ThreadInput extends Asked {
  /** Bytes of the trust file. */
  readonly trust: Uint8Array;
}

const { trust: trustBytes, ...asked } = workerData as ThreadInput;
const trust = parseTrustFile(trustBytes);

parentPort?.on('message', (file: string) => {
  void reappraiseOne(file, trust, asked).then((answer) => parentPort?.postMessage(answer));
});
