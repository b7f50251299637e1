import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { ApiError, connectServices, type ServiceClients, serverStream } from '#contracts';
import type { Logger } from '#telemetry';
import { RotatingChannelCredentials } from '#tls';
import { limits } from '../config/limits.js';
import { limitExceeded } from '../request-fields.js';
import { SessionRegistry } from '../sessions/session-registry.js';
import type { ServerTls } from '../tls/server-tls.js';
import { LOGGER, TLS } from '../tokens.js';
import { RelayTickets } from './relay-tickets.js';

/** A call whose worker is connected to another replica. */
export interface CallElsewhere {
  readonly bootId: string;
  readonly lease: string;
  readonly fence: string;
  /** Of the replica that has the worker. */
  readonly address: string;
}

interface Line {
  readonly services: ServiceClients;
  calls: number;
}

/** What the other replica says of the call itself goes to the caller as it is. */
const saidOfTheCall = ['CALL_FAILED', 'READER_TOO_SLOW', 'LIMIT_EXCEEDED', 'STREAM_CUT', 'WORKER_ELSEWHERE'];

/**
 * Calls that came here and whose worker is connected to another replica.
 *
 * Nothing is kept: a frame is asked for when the caller took the one before, so that a slow reader fills the window of
 * one stream here, and the bounded buffer of the replica that has the worker. Frames are sealed and numbered between
 * client and worker: a replica that drops one cannot hide it.
 */
@Injectable()
export class CallRelay implements OnModuleDestroy {
  readonly #lines = new Map<string, Line>();
  readonly #channel: RotatingChannelCredentials | undefined;
  #open = 0;

  constructor(
    @Inject(SessionRegistry) private readonly registry: Pick<SessionRegistry, 'elsewhere'>,
    private readonly tickets: RelayTickets,
    @Inject(TLS) tls: ServerTls | null,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.#channel = tls === null ? undefined : new RotatingChannelCredentials(tls.watched);
  }

  /** Calls that are passed on now. */
  get open(): number {
    return this.#open;
  }

  onModuleDestroy(): void {
    for (const { services } of this.#lines.values()) services.close();
    this.#lines.clear();
  }

  /**
   * One call, as `CallBook.call` makes it. The other replica passes it on no further.
   *
   * @throws ApiError LIMIT_EXCEEDED, READER_TOO_SLOW, STREAM_CUT, CALL_FAILED, WORKER_ELSEWHERE
   */
  async *call(
    { address, ...target }: CallElsewhere,
    frame: Uint8Array,
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array> {
    if (this.#open >= limits.openCallsMax)
      throw limitExceeded('openCallsMax', this.#open + 1, 'ask again later');
    const line = this.#line(address);
    this.#open += 1;
    line.calls += 1;
    try {
      await this.#reach(line, address);
      const ticket = this.tickets.issue({ ...target, frame });
      const request = { ...target, frame: Buffer.from(frame), ticket };
      const { conversation } = line.services;
      const answer = serverStream((options) => conversation.relay(request, options), {
        deadlineMs: limits.streamDeadlineMsMax,
        signal,
      });
      for await (const message of answer) yield message.frame;
    } catch (error) {
      if (!signal.aborted) throw this.#passedOn(error, address);
    } finally {
      line.calls -= 1;
      this.#open -= 1;
    }
  }

  #line(address: string): Line {
    const known = this.#lines.get(address);
    if (known !== undefined) return known;
    const still = new Set(this.registry.elsewhere().map((worker) => worker.address));
    for (const [other, { services, calls }] of this.#lines) {
      if (calls > 0 || still.has(other)) continue;
      this.#lines.delete(other);
      services.close();
    }
    const services = connectServices(address, this.#channel === undefined ? {} : { channel: this.#channel });
    const line = { services, calls: 0 };
    this.#lines.set(address, line);
    return line;
  }

  /** Until there is a connection no worker has heard of the call; afterwards nobody knows. */
  #reach({ services }: Line, address: string): Promise<void> {
    return new Promise((resolve, reject) => {
      services.conversation.waitForReady(Date.now() + limits.relayConnectMs, (error) => {
        if (error === undefined) resolve();
        else reject(this.#elsewhere(address, 'no connection'));
      });
    });
  }

  #passedOn(error: unknown, address: string): ApiError {
    const reason = error instanceof ApiError ? error.reason : 'INTERNAL';
    if (error instanceof ApiError && saidOfTheCall.includes(reason)) return error;
    if (reason === 'RELAY_TICKET_INVALID') return this.#elsewhere(address, reason);
    this.logger.warn({ address, reason }, 'call cut between replicas');
    return new ApiError('STREAM_CUT', 'the replica that has the worker went away before the answer ended');
  }

  #elsewhere(address: string, reason: string): ApiError {
    this.logger.warn({ address, reason }, 'call not passed on');
    return new ApiError(
      'WORKER_ELSEWHERE',
      'the worker of this step is connected to a replica that takes no call from this one: repeat the call there',
    );
  }
}
