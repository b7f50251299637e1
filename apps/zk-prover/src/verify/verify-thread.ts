// SPDX-License-Identifier: GPL-3.0
import { parentPort } from 'node:worker_threads';
import { failuresOf, type ProofToCheck } from './check-proof.js';

export interface VerifyRequest {
  readonly id: number;
  readonly proof: ProofToCheck;
}

export interface VerifyReply {
  readonly id: number;
  readonly failures: readonly string[];
}

parentPort?.on('message', ({ id, proof }: VerifyRequest) => {
  parentPort?.postMessage({ id, failures: failuresOf(proof) } satisfies VerifyReply);
});
