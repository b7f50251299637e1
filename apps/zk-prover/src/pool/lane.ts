// SPDX-License-Identifier: GPL-3.0
import type { CircuitFiles, CircuitInput, ProvedMessage } from './messages.js';
import { ProverProcess, type ProverProcessOptions } from './prover-process.js';

export interface LaneOptions extends ProverProcessOptions {
  /** A child above this resident size is replaced after its proof. */
  readonly rssMiBMax: number;
  /** A child is replaced after this many proofs. */
  readonly proofsPerProcessMax: number;
}

/** A place for one child. The child in it changes; the number of lanes is the number of proofs at once. */
export class Lane {
  #process: ProverProcess | null = null;
  #retired = false;

  constructor(private readonly options: LaneOptions) {}

  hasLoaded(circuit: CircuitFiles): boolean {
    return this.#process?.hasLoaded(circuit) === true;
  }

  async load(circuit: CircuitFiles, signal: AbortSignal): Promise<void> {
    const process = await this.#started(signal);
    await process.load(circuit, signal);
  }

  async prove(circuit: CircuitFiles, input: CircuitInput, signal: AbortSignal): Promise<ProvedMessage> {
    const process = await this.#started(signal);
    const made = await process.prove(circuit, input, signal);
    const { rssMiBMax, proofsPerProcessMax } = this.options;
    const isLarge = made.rssBytes > rssMiBMax * 2 ** 20;
    if (this.#retired || isLarge || process.proofs >= proofsPerProcessMax) await this.stop();
    return made;
  }

  /** The child is replaced before or after its next proof: what it made last was wrong. */
  retire(): void {
    this.#retired = true;
  }

  /** Ends an idle child. */
  async stop(): Promise<void> {
    const process = this.#process;
    this.#process = null;
    this.#retired = false;
    await process?.stop();
  }

  /** Ends a child in the middle of a proof: a computation cannot be asked to stop. */
  kill(): void {
    this.#process?.kill();
    this.#process = null;
  }

  async #started(signal: AbortSignal): Promise<ProverProcess> {
    if (this.#retired) await this.stop();
    if (this.#process?.alive === true) return this.#process;
    const process = new ProverProcess(this.options);
    this.#process = process;
    await process.start(signal);
    return process;
  }
}
