import type { Metadata, ServerWritableStream } from '@grpc/grpc-js';
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import type { Observable } from 'rxjs';
import {
  ApiError,
  type ConverseRequest__Output,
  type ConverseResponse,
  type RelayRequest__Output,
  type RelayResponse,
} from '#contracts';
import { FRAME_BYTES_MAX } from '#conversation';
import { Drain } from '../replicas/drain.js';
import { invalidField } from '../request-fields.js';
import { serverStream, writeTaken } from '../server-stream.js';
import { SessionRegistry } from '../sessions/session-registry.js';
import { CallBook } from './call-book.js';
import { CallRelay } from './call-relay.js';
import { OpenStep } from './open-step.js';
import { RelayTickets } from './relay-tickets.js';

const taskPattern = /^[a-z][a-z0-9.#-]{0,127}$/;

/** Sealed frames in, sealed frames out. What is asked and answered is for client and worker alone. */
@Controller()
export class ConversationController {
  constructor(
    private readonly steps: OpenStep,
    private readonly calls: CallBook,
    private readonly relay: CallRelay,
    private readonly tickets: RelayTickets,
    private readonly registry: SessionRegistry,
    private readonly drain: Drain,
  ) {}

  /** Written by hand: what a slow reader has not taken is bounded by the book, not queued without end. */
  @GrpcMethod('ConversationService', 'Converse')
  converse(
    request: ConverseRequest__Output,
    _metadata: Metadata,
    call: ServerWritableStream<ConverseRequest__Output, ConverseResponse>,
  ): Observable<ConverseResponse> {
    return serverStream(async () => {
      const { name, task, attempt, frame } = request;
      if (!taskPattern.test(task)) throw invalidField('task', 'the id of a task of the plan');
      if (attempt < 1) throw invalidField('attempt', 'a number from 1 on', String(attempt));
      if (frame.length === 0 || frame.length > FRAME_BYTES_MAX)
        throw invalidField('frame', `1 to ${FRAME_BYTES_MAX} bytes`, `${frame.length} bytes`);
      const abort = this.drain.signalOf(call);
      const target = await this.steps.find(name, task, attempt);
      await this.#write(
        call,
        'session' in target ? this.calls.call(target, frame, abort) : this.relay.call(target, frame, abort),
      );
    });
  }

  /** The guard lets everybody in here: the ticket is looked at before anything else. */
  @GrpcMethod('ConversationService', 'Relay')
  relayed(
    request: RelayRequest__Output,
    _metadata: Metadata,
    call: ServerWritableStream<RelayRequest__Output, RelayResponse>,
  ): Observable<RelayResponse> {
    return serverStream(async () => {
      const { bootId, lease, fence, frame } = request;
      if (!this.tickets.accepts(request, request.ticket))
        throw new ApiError(
          'RELAY_TICKET_INVALID',
          'ticket: expected one of a replica with the key of this one',
        );
      const abort = this.drain.signalOf(call);
      const session = this.registry.byBoot(bootId);
      // It moved on meanwhile. The caller finds it; passing calls on for ever would be a way to go in circles.
      if (session === undefined)
        throw new ApiError('WORKER_ELSEWHERE', 'the worker of this step left this replica: repeat the call');
      await this.#write(call, this.calls.call({ session, lease, fence }, frame, abort));
    });
  }

  async #write<Request>(
    call: ServerWritableStream<Request, ConverseResponse | RelayResponse>,
    answers: AsyncIterable<Uint8Array>,
  ): Promise<void> {
    for await (const answer of answers) await writeTaken(call, { frame: Buffer.from(answer) });
    if (!call.cancelled) this.drain.check();
  }
}
