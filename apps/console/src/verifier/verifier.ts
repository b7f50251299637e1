import type { ProfileName, ReportFormat, StageName } from '#evidence';
import type { Examination, VerifierReply, VerifierRequest } from './messages.js';
import { startThread } from './thread.js';

/** What the verifier refuses to look at, e.g. a trust file that is none. */
export class VerifierRefusal extends Error {
  override readonly name = 'VerifierRefusal';
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

type Unnumbered<T> = T extends { readonly id: number } ? Omit<T, 'id'> : never;

export interface Questioned {
  readonly bundle: Uint8Array;
  readonly trust: Uint8Array;
  readonly acceptWithheld: boolean;
}

/**
 * The verifier in a thread of its own, which is started when somebody is about to ask, or asks: the page stays answerable
 * meanwhile, and who verifies nothing loads nothing of it.
 */
export class Verifier {
  #thread: Worker | null = null;
  #next = 1;
  readonly #waiting = new Map<number, (reply: VerifierReply) => void>();

  /** Loads the thread while the reader still chooses, or the bundle still comes. */
  warm(): void {
    this.#running();
  }

  async examine(
    question: Questioned,
    onStage: (stage: StageName, place: number) => void,
  ): Promise<Examination> {
    const reply = await this.#ask({ kind: 'verify', ...question }, onStage);
    return reply.kind === 'examined' ? reply.examination : unexpected(reply);
  }

  async redact(bundle: Uint8Array, profile: ProfileName): Promise<Uint8Array> {
    const reply = await this.#ask({ kind: 'redact', bundle, profile });
    return reply.kind === 'redacted' ? reply.bundle : unexpected(reply);
  }

  /** Bytes that a step rests on, by their digest. */
  async part(bundle: Uint8Array, digest: string): Promise<Uint8Array> {
    const reply = await this.#ask({ kind: 'part', bundle, digest });
    return reply.kind === 'part' ? reply.bytes : unexpected(reply);
  }

  async report(question: Questioned, format: ReportFormat): Promise<string> {
    const reply = await this.#ask({ kind: 'report', format, ...question });
    return reply.kind === 'reported' ? reply.text : unexpected(reply);
  }

  #ask(
    question: Unnumbered<VerifierRequest>,
    onStage?: (stage: StageName, place: number) => void,
  ): Promise<VerifierReply> {
    const id = this.#next++;
    const thread = this.#running();
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, (reply) => {
        if (reply.kind === 'stage') return onStage?.(reply.stage, reply.place);
        this.#waiting.delete(id);
        if (reply.kind === 'refused') reject(new VerifierRefusal(reply.code, reply.message));
        else resolve(reply);
      });
      thread.postMessage({ ...question, id } as VerifierRequest);
    });
  }

  #running(): Worker {
    if (this.#thread !== null) return this.#thread;
    const thread = startThread();
    thread.onmessage = ({ data }: MessageEvent<VerifierReply>) => this.#waiting.get(data.id)?.(data);
    thread.onerror = () => {
      // The next question starts a new one.
      this.#thread = null;
      for (const [id, take] of this.#waiting)
        take({
          kind: 'refused',
          id,
          code: 'THREAD_ENDED',
          message: 'the thread of the verifier ended; load this page again',
        });
    };
    this.#thread = thread;
    return thread;
  }
}

function unexpected(reply: VerifierReply): never {
  throw new VerifierRefusal('INTERNAL', `the verifier answered ${reply.kind}`);
}
