// SPDX-License-Identifier: GPL-3.0
import { Worker } from 'node:worker_threads';
import { scriptBeside, sourceFlags } from '#worker';
import type { ProofToCheck } from './check-proof.js';
import type { VerifyReply, VerifyRequest } from './verify-thread.js';

interface Waiting {
  readonly resolve: (failures: readonly string[]) => void;
  readonly reject: (error: Error) => void;
}

const script = scriptBeside(import.meta.url, 'verify-thread');
/** Proofs, keys and manifests are below 1 MiB; the pairing's garbage is young. */
const resourceLimits = { maxOldGenerationSizeMb: 96, maxYoungGenerationSizeMb: 8 };

/**
 * Verifies proofs in a thread: a pairing takes 50 ms, which the front would miss. The thread is not one of the prover
 * children, sees no witness, starts with the first proof, and keeps the process alive only while it works.
 */
export class ProofVerifier {
  readonly #waiting = new Map<number, Waiting>();
  #thread: Worker | null = null;
  #nextId = 1;

  /** @returns ids of the checks that failed, with their reasons */
  failuresOf(proof: ProofToCheck): Promise<readonly string[]> {
    return new Promise((resolve, reject) => {
      const id = this.#nextId;
      this.#nextId += 1;
      this.#waiting.set(id, { resolve, reject });
      const request: VerifyRequest = { id, proof };
      const thread = this.#started();
      thread.ref();
      thread.postMessage(request);
    });
  }

  async close(): Promise<void> {
    await this.#thread?.terminate();
    this.#fail();
  }

  #started(): Worker {
    if (this.#thread !== null) return this.#thread;
    const thread = new Worker(script, {
      execArgv: [...sourceFlags(import.meta.url)],
      env: {},
      resourceLimits,
    });
    thread.on('message', ({ id, failures }: VerifyReply) => {
      this.#waiting.get(id)?.resolve(failures);
      this.#waiting.delete(id);
      if (this.#waiting.size === 0) thread.unref();
    });
    thread.on('error', () => this.#fail());
    this.#thread = thread;
    return thread;
  }

  /** The next proof starts another thread. */
  #fail(): void {
    this.#thread = null;
    for (const { reject } of this.#waiting.values()) reject(new Error('the verifying thread ended'));
    this.#waiting.clear();
  }
}
