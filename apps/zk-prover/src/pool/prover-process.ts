// SPDX-License-Identifier: GPL-3.0
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { TaskError } from '#worker';
import type { ChildMessage, CircuitFiles, CircuitInput, ProvedMessage } from './messages.js';

export interface ProverProcessOptions {
  /** Script of the child; tests put misbehaving ones here. */
  readonly script: URL;
  /** V8 heap of the child. WASM memory is outside of it and bounded by the circuit's size. */
  readonly heapMiBMax: number;
}

/** Where this file is source, the child is too: Node strips its types. */
export const PROVER_SCRIPT = new URL(
  import.meta.url.endsWith('.ts') ? './prover-child.ts' : './prover-child.js',
  import.meta.url,
);

// Young generation in MiB. The default of 16 lets garbage of the big-integer code pile up to 150 MB more.
const YOUNG_MIB = 4;
const STOP_GRACE_MS = 2_000;

/**
 * One prover child and its channel.
 *
 * Serial: one message at a time, the pool waits for the reply. A child that misses a deadline or whose task was
 * aborted is killed, because neither the witness program nor a multi-exponentiation can be interrupted.
 */
export class ProverProcess {
  readonly #child: ChildProcess;
  #nextId = 1;
  #proofs = 0;
  #killed = false;

  constructor(private readonly options: ProverProcessOptions) {
    this.#child = fork(options.script, {
      // No environment: the child needs no secret and no setting of its parent.
      env: {},
      execArgv: [`--max-old-space-size=${options.heapMiBMax}`, `--max-semi-space-size=${YOUNG_MIB}`],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    // A failed spawn ends in `exit` or a failed request; without a listener it would end this process.
    this.#child.on('error', () => undefined);
  }

  get proofs(): number {
    return this.#proofs;
  }

  get alive(): boolean {
    // A kill takes effect later; until then the child looks alive and would take the next proof with it.
    const { exitCode, signalCode, connected } = this.#child;
    return !this.#killed && exitCode === null && signalCode === null && connected;
  }

  /** Resolves when the child has its curve. */
  async start(signal: AbortSignal): Promise<void> {
    await this.#receive(signal, ({ kind }) => kind === 'ready');
  }

  async load(circuit: CircuitFiles, signal: AbortSignal): Promise<void> {
    await this.#request(circuit, null, signal);
  }

  /** @throws TaskError WITNESS_OUT_OF_RANGE, PROVER_FAILED, CIRCUIT_LIMIT_EXCEEDED, or the reason of `signal` */
  async prove(circuit: CircuitFiles, input: CircuitInput, signal: AbortSignal): Promise<ProvedMessage> {
    const reply = await this.#request(circuit, input, signal);
    if (reply.kind !== 'proved')
      throw new TaskError('PROVER_FAILED', 'prover child sent another reply', true);
    this.#proofs += 1;
    return reply;
  }

  kill(): void {
    this.#killed = true;
    this.#child.kill('SIGKILL');
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
    this.#child.send({ id, circuit, input });
    const reply = await this.#receive(signal, (message) => message.kind !== 'ready' && message.id === id);
    if (reply.kind === 'refused') throw refused(reply.code);
    return reply;
  }

  #receive(signal: AbortSignal, wanted: (message: ChildMessage) => boolean): Promise<ChildMessage> {
    return new Promise((resolve, reject) => {
      const finish = (settle: () => void): void => {
        this.#child.off('message', onMessage).off('exit', onExit);
        signal.removeEventListener('abort', onAbort);
        settle();
      };
      const onMessage = (message: unknown): void => {
        // Typed by our own child over a private channel; nobody else can write to it.
        const reply = message as ChildMessage;
        if (wanted(reply)) finish(() => resolve(reply));
      };
      const onExit = (): void => finish(() => reject(this.#ended()));
      const onAbort = (): void => {
        this.kill();
        finish(() => reject(signal.reason));
      };
      this.#child.on('message', onMessage).once('exit', onExit);
      signal.addEventListener('abort', onAbort, { once: true });
      if (signal.aborted) onAbort();
      else if (!this.alive) onExit();
    });
  }

  #ended(): TaskError {
    // V8 aborts when its heap is full; nothing else in the child does.
    if (this.#child.signalCode === 'SIGABRT') {
      const limit = `${this.options.heapMiBMax} MiB`;
      return new TaskError(
        'CIRCUIT_LIMIT_EXCEEDED',
        `proof needed more than the prover's heap limit of ${limit}`,
      );
    }
    const { exitCode, signalCode } = this.#child;
    const how = signalCode ?? `exit code ${exitCode}`;
    return new TaskError('PROVER_FAILED', `prover child ended (${how}) before it replied`, true);
  }
}

function refused(code: string): TaskError {
  switch (code) {
    case 'WITNESS_REJECTED':
      return new TaskError(
        'WITNESS_OUT_OF_RANGE',
        'the circuit has no witness for these inputs: a value is out of range',
      );
    case 'ARTIFACT_MISMATCH':
      return new TaskError(
        'CIRCUIT_ARTIFACT_MISMATCH',
        'a circuit file differs from its manifest; restore the artifacts folder of this release',
      );
    default:
      return new TaskError('PROVER_FAILED', 'prover child could not make a proof', true);
  }
}
