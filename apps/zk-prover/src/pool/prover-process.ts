// SPDX-License-Identifier: GPL-3.0
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { scriptBeside, sourceFlags } from '#threads';
import type { BackendSpec } from '../backends/backend.js';
import { PROOF_CAUSES, type ProofCause, ProofFailure } from '../jobs/proof-cause.js';
import {
  type ChildMessage,
  type CircuitFiles,
  type CircuitInput,
  type ProvedMessage,
  type ProveMessage,
  parseChildMessage,
} from './messages.js';
import { residentMiB } from './resident.js';

export interface ProverProcessOptions {
  /** Script of the child; tests put misbehaving ones here. */
  readonly script: URL;
  readonly backend: BackendSpec;
  /** V8 heap of the child. Keys and WASM memory are outside of it. */
  readonly heapMiBMax: number;
  /** The child is killed above this resident size, everything counted. */
  readonly memoryMiBMax: number;
}

export const PROVER_SCRIPT = scriptBeside(import.meta.url, 'prover-child');

// Young generation in MiB. The default of 16 lets garbage of the big-integer code pile up to 150 MB more.
const YOUNG_MIB = 4;
const STOP_GRACE_MS = 2_000;
const WATCH_MS = 100;

/**
 * One prover child and its channel.
 *
 * Serial: one message at a time, the pool waits for the reply. A child that misses a deadline, outgrows its memory,
 * says what it was not asked, or whose task was aborted is killed with everything that it started: neither a witness
 * program nor a multi-exponentiation can be interrupted.
 */
export class ProverProcess {
  readonly #child: ChildProcess;
  readonly #circuits = new Set<string>();
  #nextId = 1;
  #proofs = 0;
  #killed = false;
  #receiving = false;

  constructor(private readonly options: ProverProcessOptions) {
    this.#child = fork(options.script, {
      // No environment: the child needs no secret and no setting of its parent.
      env: {},
      execArgv: [
        `--max-old-space-size=${options.heapMiBMax}`,
        `--max-semi-space-size=${YOUNG_MIB}`,
        ...sourceFlags(import.meta.url),
      ],
      // A group of its own, so that a kill reaches the operator's program too.
      detached: true,
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    // A failed spawn ends in `exit` or a failed request; without a listener it would end this process.
    this.#child.on('error', () => undefined);
    // Between two requests there is nothing to say: a child that floods its channel does not live on.
    this.#child.on('message', () => {
      if (!this.#receiving) this.kill();
    });
  }

  get proofs(): number {
    return this.#proofs;
  }

  get alive(): boolean {
    // A kill takes effect later; until then the child looks alive and would take the next proof with it.
    const { exitCode, signalCode, connected } = this.#child;
    return !this.#killed && exitCode === null && signalCode === null && connected;
  }

  hasLoaded({ zkeyDigest }: CircuitFiles): boolean {
    return this.alive && this.#circuits.has(zkeyDigest);
  }

  /** Resolves when the child runs. */
  async start(signal: AbortSignal): Promise<void> {
    await this.#receive(signal, ({ kind }) => kind === 'ready');
  }

  async load(circuit: CircuitFiles, signal: AbortSignal): Promise<void> {
    await this.#request(circuit, null, signal);
  }

  /** @throws ProofFailure, or the reason of `signal` */
  async prove(circuit: CircuitFiles, input: CircuitInput, signal: AbortSignal): Promise<ProvedMessage> {
    const reply = await this.#request(circuit, input, signal);
    if (reply.kind !== 'proved') throw this.#confused();
    this.#proofs += 1;
    return reply;
  }

  kill(): void {
    this.#killed = true;
    const { pid } = this.#child;
    try {
      if (pid !== undefined) process.kill(-pid, 'SIGKILL');
    } catch {
      this.#child.kill('SIGKILL');
    }
  }

  /** Ends an idle child: it exits when its channel closes. One that does not is killed. */
  async stop(): Promise<void> {
    if (!this.alive) return this.kill();
    const ended = once(this.#child, 'exit');
    const timer = setTimeout(() => this.kill(), STOP_GRACE_MS);
    this.#child.disconnect();
    await ended;
    clearTimeout(timer);
  }

  async #request(
    circuit: CircuitFiles,
    input: CircuitInput | null,
    signal: AbortSignal,
  ): Promise<ChildMessage> {
    const id = this.#nextId;
    this.#nextId += 1;
    if (!this.alive) throw this.#ended();
    const message: ProveMessage = { id, backend: this.options.backend, circuit, input };
    this.#child.send(message);
    const reply = await this.#receive(signal, (sent) => sent.kind !== 'ready' && sent.id === id);
    if (reply.kind === 'refused') throw refused(reply.code, reply.place);
    this.#circuits.add(circuit.zkeyDigest);
    return reply;
  }

  #receive(signal: AbortSignal, wanted: (message: ChildMessage) => boolean): Promise<ChildMessage> {
    return new Promise((resolve, reject) => {
      this.#receiving = true;
      const finish = (settle: () => void): void => {
        this.#receiving = false;
        clearInterval(watch);
        this.#child.off('message', onMessage).off('exit', onExit);
        signal.removeEventListener('abort', onAbort);
        settle();
      };
      const give = (up: () => unknown): void => {
        this.kill();
        finish(() => reject(up()));
      };
      const onMessage = (message: unknown): void => {
        const reply = parseChildMessage(message);
        if (reply !== null && wanted(reply)) finish(() => resolve(reply));
        else give(() => this.#confused());
      };
      const onExit = (): void => finish(() => reject(this.#ended()));
      const onAbort = (): void => give(() => signal.reason);
      const watch = setInterval(() => {
        const limit = this.options.memoryMiBMax;
        const grown = residentMiB(this.#child.pid) ?? 0;
        if (grown > limit) give(() => tooMuchMemory(`memory limit of ${limit} MiB`));
      }, WATCH_MS);
      this.#child.on('message', onMessage).once('exit', onExit);
      signal.addEventListener('abort', onAbort, { once: true });
      if (signal.aborted) onAbort();
      else if (!this.alive) onExit();
    });
  }

  #confused(): ProofFailure {
    return new ProofFailure('PROVER_CONFUSED', 'prover child sent what it was not asked for');
  }

  #ended(): ProofFailure {
    // V8 aborts when its heap is full; nothing else in the child does.
    if (this.#child.signalCode === 'SIGABRT')
      return tooMuchMemory(`heap limit of ${this.options.heapMiBMax} MiB`);
    const { exitCode, signalCode } = this.#child;
    const how = signalCode ?? `exit code ${exitCode}`;
    return new ProofFailure('PROVER_ENDED', `prover child ended (${how}) before it replied`);
  }
}

function tooMuchMemory(limit: string): ProofFailure {
  return new ProofFailure('MEMORY_EXCEEDED', `proof needed more than the prover's ${limit}`);
}

const REFUSALS: Readonly<Partial<Record<ProofCause, string>>> = {
  ARTIFACT_MISMATCH: 'a circuit file differs from its manifest; restore the artifacts folder of this release',
  PROGRAM_MISMATCH: 'the external prover is not there or differs from its configured digest',
  BACKEND_FAILED: 'the backend could not make a proof',
  BACKEND_OUTPUT: 'the backend gave no proof: nothing, too much, or something else',
  MEMORY_EXCEEDED: 'the external prover needed more memory than its limit',
};

function refused(code: string, place: string | undefined): ProofFailure {
  if (code === 'WITNESS_REJECTED') {
    const where = place === undefined ? 'a value is out of range' : place;
    return new ProofFailure(code, `the circuit has no witness for these inputs: ${where}`);
  }
  const cause = Object.keys(PROOF_CAUSES).find((known): known is ProofCause => known === code);
  const text = cause === undefined ? undefined : REFUSALS[cause];
  if (cause === undefined || text === undefined)
    return new ProofFailure('PROVER_CONFUSED', 'prover child gave a reason that there is not');
  return new ProofFailure(cause, text);
}
