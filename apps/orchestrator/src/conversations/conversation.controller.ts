import type { Metadata, ServerWritableStream } from '@grpc/grpc-js';
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import type { Observable } from 'rxjs';
import type { ConverseRequest__Output, ConverseResponse } from '#contracts';
import { FRAME_BYTES_MAX } from '#conversation';
import { Drain } from '../replicas/drain.js';
import { invalidField } from '../request-fields.js';
import { RunReader } from '../runs/run-reader.js';
import { serverStream, writeMessage } from '../server-stream.js';
import { CallBook } from './call-book.js';
import { OpenStep } from './open-step.js';

const taskPattern = /^[a-z][a-z0-9.#-]{0,127}$/;

/** Sealed frames in, sealed frames out. What is asked and answered is for client and worker alone. */
@Controller()
export class ConversationController {
  constructor(
    private readonly reader: RunReader,
    private readonly steps: OpenStep,
    private readonly calls: CallBook,
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
      const { runId } = await this.reader.named(name);
      const target = await this.steps.find(runId, task, attempt);
      for await (const answer of this.calls.call(target, frame, abort)) {
        await writeMessage(call, { frame: Buffer.from(answer) });
      }
      if (!call.cancelled) this.drain.check();
    });
  }
}
