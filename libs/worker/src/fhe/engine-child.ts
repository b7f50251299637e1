import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { CiphertextError, type FheLibrary } from '#ciphertext';
import { scriptBeside, sourceFlags } from '#threads';
import { FheProcessError } from './fhe-error.js';
import type { FheCall, FheFault, FheMessage, FheRequest, FheRole, FheValue } from './fhe-protocol.js';

/** How long a child may take to leave after its channel closed. */
const leaveMs = 1_000;
const stderrCharsMax = 2_000;

/** The process is small: pages are external memory, so a large heap or many helper threads only cost RSS. */
const memoryFlags = ['--max-old-space-size=64', '--max-semi-space-size=1', '--v8-pool-size=1'];

export const engineScript = scriptBeside(import.meta.url, 'fhe-child');

interface Waiting {
  readonly id: number;
  readonly resolve: (value: FheValue) => void;
  readonly reject: (error: Error) => void;
}

/** One engine process from fork to exit. It serves one request at a time and is never used again after a fault. */
export class EngineChild {
  readonly exited: Promise<void>;
  readonly #process: ChildProcess;
  #waiting: Waiting | null = null;
  #nextId = 1;
  #gone = false;
  #rssBytes = 0;
  #handles = 0;
  #exceptions = 0;
  #stderr = '';

  private constructor(process: ChildProcess) {
    this.#process = process;
    process.on('message', (message) => this.#receive(message as FheMessage));
    process.on('error', () => this.kill());
    process.stderr?.on('data', (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString('utf8')).slice(-stderrCharsMax);
    });
    this.exited = new Promise((resolve) => {
      process.once('exit', (code, signal) => {
        this.#gone = true;
        const how = signal ?? `exit code ${code}`;
        this.#waiting?.reject(
          new FheProcessError('FHE_PROCESS_LOST', `engine process ended during a call: ${how}`),
        );
        this.#waiting = null;
        resolve();
      });
    });
  }

  /** @throws FheProcessError `FHE_START_FAILED` or CiphertextError when the engine does not come up in time. */
  static async start(script: URL, role: FheRole, startMs: number): Promise<EngineChild> {
    const process = fork(fileURLToPath(script), [role.keyed ? 'keyed' : 'keyless', role.parameters], {
      execArgv: [...memoryFlags, ...sourceFlags(import.meta.url)],
      // Nothing of the parent's environment, which holds database addresses and keys.
      env: {},
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    const child = new EngineChild(process);
    try {
      await child.#ready(startMs);
    } catch (error) {
      child.kill();
      throw error;
    }
    return child;
  }

  #library: FheLibrary = { name: '', version: '' };

  get library(): FheLibrary {
    return this.#library;
  }

  get usable(): boolean {
    return !this.#gone && this.#process.connected;
  }

  get rssBytes(): number {
    return this.#rssBytes;
  }

  get handles(): number {
    return this.#handles;
  }

  get exceptions(): number {
    return this.#exceptions;
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** One request. A child that stays silent past `callMs` is killed: a spinning engine never comes back. */
  request(request: FheRequest, callMs: number): Promise<FheValue> {
    const id = this.#nextId;
    this.#nextId += 1;
    const answer = new Promise<FheValue>((resolve, reject) => {
      this.#waiting = { id, resolve, reject };
      const call: FheCall = { id, request };
      this.#process.send(call, (error) => {
        if (error !== null)
          reject(new FheProcessError('FHE_PROCESS_LOST', 'engine process takes no request'));
      });
    });
    return this.#within(
      answer,
      callMs,
      `${request.op} gave no answer in ${callMs} ms; engine process killed`,
    );
  }

  /** Lets the child leave by itself, then makes it. */
  async close(): Promise<void> {
    if (this.#process.connected) this.#process.disconnect();
    const timer = setTimeout(() => this.kill(), leaveMs);
    await this.exited;
    clearTimeout(timer);
  }

  kill(): void {
    this.#process.kill('SIGKILL');
  }

  async #ready(startMs: number): Promise<void> {
    const ready = new Promise<FheValue>((resolve, reject) => {
      this.#waiting = { id: 0, resolve, reject };
    });
    try {
      await this.#within(ready, startMs, `engine process was not ready in ${startMs} ms`);
    } catch (error) {
      if (error instanceof CiphertextError) throw error;
      const reason = error instanceof Error ? error.message : 'unknown';
      // Before the first request the child has seen no secret, so what it printed may be shown.
      const printed = this.#stderr.trim().split('\n').slice(-3).join(' | ');
      throw new FheProcessError('FHE_START_FAILED', printed === '' ? reason : `${reason}: ${printed}`);
    }
  }

  async #within(answer: Promise<FheValue>, limitMs: number, message: string): Promise<FheValue> {
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        this.#waiting = null;
        this.kill();
        reject(new FheProcessError('FHE_DEADLINE_EXCEEDED', message));
      }, limitMs);
    });
    try {
      return await Promise.race([answer, deadline]);
    } finally {
      clearTimeout(timer);
    }
  }

  #receive(message: FheMessage): void {
    const waiting = this.#waiting;
    if (message.type === 'unfit') {
      this.#waiting = null;
      waiting?.reject(errorOf(message.fault));
      return;
    }
    this.#rssBytes = message.rssBytes;
    this.#handles = message.handles;
    this.#exceptions = message.exceptions;
    if (message.type === 'ready') this.#library = message.library;
    if (waiting === null || (message.type !== 'ready' && message.id !== waiting.id)) return;
    this.#waiting = null;
    if (message.type === 'refused') waiting.reject(errorOf(message.fault));
    else waiting.resolve(message.type === 'done' ? message.value : null);
  }
}

function errorOf(fault: FheFault): Error {
  return fault.kind === 'ciphertext'
    ? new CiphertextError(fault.code, fault.message)
    : new FheProcessError(fault.code, fault.message);
}
