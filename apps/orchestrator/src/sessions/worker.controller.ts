import { randomBytes, randomUUID } from 'node:crypto';
import type { ServerDuplexStream } from '@grpc/grpc-js';
import { Controller, Inject } from '@nestjs/common';
import { GrpcStreamCall } from '@nestjs/microservices';
import {
  ApiError,
  type ConnectRequest__Output,
  type ConnectResponse,
  type Register__Output,
} from '#contracts';
import { type Logger, toGrpcStatus } from '#telemetry';
import { currentPrincipal } from '../auth/call-context.js';
import { BlobStore } from '../blobs/blob-store.js';
import type { Config } from '../config/config.js';
import { limits } from '../config/limits.js';
import { Drain, draining } from '../replicas/drain.js';
import { invalidField, limitExceeded } from '../request-fields.js';
import { requireSameWorker } from '../tls/peer-certificates.js';
import { CLOCK, type Clock, CONFIG, LOGGER } from '../tokens.js';
import { failureReason } from './failure-reason.js';
import { LeaseBook } from './lease-book.js';
import { parseRegistration } from './registration.js';
import { SessionRegistry } from './session-registry.js';
import { WorkerKeys } from './worker-keys.js';
import { WorkerSession } from './worker-session.js';

type WorkerStream = ServerDuplexStream<ConnectRequest__Output, ConnectResponse>;

/** The stream that a worker opens: challenge, registration, then leases out and results in. */
@Controller()
export class WorkerController {
  constructor(
    private readonly registry: SessionRegistry,
    private readonly leases: LeaseBook,
    private readonly blobs: BlobStore,
    private readonly keys: WorkerKeys,
    @Inject(CONFIG) private readonly config: Config,
    private readonly drain: Drain,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @GrpcStreamCall('WorkerService', 'Connect')
  connect(call: WorkerStream): void {
    const nonce = randomBytes(32);
    const certified = currentPrincipal()?.worker ?? null;
    let session: WorkerSession | null = null;
    let registering: Promise<void> = Promise.resolve();
    const lanes = Array.from({ length: LANES }, () => Promise.resolve());
    let patience: NodeJS.Timeout | null = null;
    const end = (): void => {
      stopListening();
      if (patience !== null) clearTimeout(patience);
      if (session !== null) this.registry.remove(session);
    };
    const refuse = (error: unknown): void => {
      call.emit('error', toGrpcStatus(error, this.logger));
      end();
    };
    // Told to, a worker goes on with its tasks and dials again, and then another replica answers.
    const stopListening = this.drain.onBegin(() => {
      session?.leave('DRAINING');
      patience = setTimeout(() => refuse(draining()), session === null ? 0 : limits.drainWorkersMs);
    });
    call.on('data', (message: ConnectRequest__Output) => {
      if (session !== null && this.#hear(session, message)) return;
      const receive = async (): Promise<void> => {
        try {
          requireOneKind(message);
          if (session === null)
            session = await this.#register(call, message.register ?? null, { nonce, certified });
          else await this.#receive(session, message);
        } catch (error) {
          refuse(error);
        }
      };
      // A result must not overtake the registration before it, nor another result for its lease.
      const lane = laneOf(message);
      if (session === null) registering = registering.then(receive);
      else lanes[lane] = Promise.all([registering, lanes[lane]]).then(receive);
    });
    call.on('end', () => {
      end();
      // What came before the end is still being stored.
      void Promise.all([registering, ...lanes]).then(() => call.end());
    });
    call.on('cancelled', end);
    call.on('error', end);
    if (this.drain.begun) refuse(draining());
    else call.write({ challenge: { nonce } });
  }

  async #register(
    call: WorkerStream,
    register: Register__Output | null,
    { nonce, certified }: { readonly nonce: Buffer; readonly certified: string | null },
  ): Promise<WorkerSession> {
    if (register === null) {
      throw new ApiError(
        'INVALID_REQUEST',
        'kind: expected register as the first message of a worker, got another: register first',
      );
    }
    const identity = parseRegistration(register, nonce);
    if (certified !== null) requireSameWorker('registration', identity.workerId, certified);
    await this.keys.admit(identity, register.package, nonce);
    const session = new WorkerSession(randomUUID(), identity, this.clock(), (message) => {
      call.write(message);
    });
    this.registry.add(session);
    session.send({ accepted: { session: session.id, heartbeatMs: this.config.heartbeatMs } });
    await this.leases.resend(session);
    this.registry.changed();
    return session;
  }

  /**
   * Takes signs of life at once: behind a result that waits for the database they would come too late.
   *
   * @returns whether the message is no more than that
   */
  #hear(session: WorkerSession, message: ConnectRequest__Output): boolean {
    if (session.silent) {
      session.silent = false;
      this.registry.changed();
    }
    const { renew, progress, complete, fail } = message;
    const answer = complete ?? fail;
    if (answer) this.leases.resultCame(session, answer.lease);
    const beat = renew ?? progress;
    if (!beat || kindsOf(message).length !== 1) return false;
    this.leases.heard(session, beat.lease, beat.fence, progress?.stage ?? null);
    return true;
  }

  async #receive(session: WorkerSession, message: ConnectRequest__Output): Promise<void> {
    if (message.offer) {
      this.registry.resolveOffer(session, message.offer.requestId, message.offer.package);
      return;
    }
    const { complete, fail } = message;
    const answered = complete ?? fail;
    if (!answered) return;
    try {
      if (complete) {
        const statement = await this.#storeStatement(complete.statement);
        const { outputs, blobs } = complete;
        await this.blobs.ownedByRunOf(complete.lease, [
          ...digestsIn(complete.statement),
          ...outputs.map(({ blob }) => blob),
          ...blobs,
          statement,
        ]);
        await this.leases.settle(session, complete.lease, complete.fence, {
          kind: 'completed',
          statement,
          outputs,
          blobs,
        });
      } else if (fail) {
        const { reason, message: text, retryable } = fail;
        await this.leases.settle(session, fail.lease, fail.fence, {
          kind: 'failed',
          reason: failureReason(reason),
          message: text.slice(0, 512),
          retryable,
        });
      }
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.logger.warn(
        { lease: answered.lease, worker: session.identity.workerId, reason: error.reason },
        'refused',
      );
      session.send({ revoke: { lease: answered.lease, reason: error.reason } });
    }
  }

  async #storeStatement(statement: Buffer): Promise<string> {
    if (statement.length > limits.statementBytesMax) {
      throw limitExceeded('statementBytesMax', statement.length, 'this is no step statement');
    }
    return this.blobs.put(statement);
  }
}

/** Results of one worker that are stored at a time. */
const LANES = 8;

/** The same for all messages about one lease. */
function laneOf({ complete, fail }: ConnectRequest__Output): number {
  const lease = complete?.lease ?? fail?.lease ?? '';
  let sum = 0;
  for (let index = 0; index < lease.length; index += 1) sum = (sum * 31 + lease.charCodeAt(index)) % 65_521;
  return sum % LANES;
}

const kinds = ['register', 'offer', 'progress', 'renew', 'complete', 'fail'] as const;

function kindsOf(message: ConnectRequest__Output): string[] {
  return kinds.filter((kind) => message[kind] !== undefined && message[kind] !== null);
}

/** The decoder lets two members of one oneof through; which of them the sender meant would be a guess. */
function requireOneKind(message: ConnectRequest__Output): void {
  const set = kindsOf(message);
  if (set.length !== 1) throw invalidField('kind', `one of ${kinds.join(', ')}`, set.join(' and ') || 'none');
}

/** Blobs that a statement names: outputs, receipts, the ciphertexts of a replay. What is none is no blob. */
function digestsIn(statement: Buffer): string[] {
  const payload = /"payload":"([A-Za-z0-9+/=]+)"/.exec(statement.toString('latin1'))?.[1] ?? '';
  const text = Buffer.from(payload, 'base64').toString('latin1');
  return [...new Set(text.match(/sha256:[0-9a-f]{64}/g) ?? [])];
}
