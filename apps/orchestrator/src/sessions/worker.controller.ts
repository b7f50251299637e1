import { randomBytes, randomUUID } from 'node:crypto';
import type { ServerDuplexStream } from '@grpc/grpc-js';
import { Controller, Inject } from '@nestjs/common';
import { GrpcStreamCall } from '@nestjs/microservices';
import { digestOf } from '#canonical';
import {
  ApiError,
  type ConnectRequest__Output,
  type ConnectResponse,
  type Register__Output,
} from '#contracts';
import { type Logger, toGrpcStatus } from '#telemetry';
import { runsAtOwner } from '#workflow';
import { currentPrincipal } from '../auth/call-context.js';
import { type WorkerHolder, workerHolder } from '../auth/principal.js';
import type { Config } from '../config/config.js';
import { limits } from '../config/limits.js';
import { CallBook } from '../conversations/call-book.js';
import { repeatChange } from '../database/repeat-change.js';
import { Drain, draining } from '../replicas/drain.js';
import { invalidField, limitExceeded } from '../request-fields.js';
import { requireSameWorker } from '../tls/peer-certificates.js';
import { CLOCK, type Clock, CONFIG, LOGGER } from '../tokens.js';
import { failureReason } from './failure-reason.js';
import { LeaseBook } from './lease-book.js';
import { MachineLook } from './machine-look.js';
import { parseRegistration } from './registration.js';
import { SessionRegistry } from './session-registry.js';
import { WorkerKeys } from './worker-keys.js';
import { type WorkerIdentity, WorkerSession } from './worker-session.js';

type WorkerStream = ServerDuplexStream<ConnectRequest__Output, ConnectResponse>;

/** The stream that a worker opens: challenge, registration, then leases out and results in. */
@Controller()
export class WorkerController {
  constructor(
    private readonly registry: SessionRegistry,
    private readonly leases: LeaseBook,
    private readonly keys: WorkerKeys,
    private readonly machines: MachineLook,
    private readonly calls: CallBook,
    @Inject(CONFIG) private readonly config: Config,
    private readonly drain: Drain,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @GrpcStreamCall('WorkerService', 'Connect')
  connect(call: WorkerStream): void {
    const nonce = randomBytes(32);
    const principal = currentPrincipal();
    const certified = principal?.worker ?? null;
    const holder = workerHolder(principal?.holder ?? '');
    let session: WorkerSession | null = null;
    let registering: Promise<void> = Promise.resolve();
    const lanes = Array.from({ length: LANES }, () => Promise.resolve());
    let patience: NodeJS.Timeout | null = null;
    let ended = false;
    const end = (): void => {
      ended = true;
      stopListening();
      if (patience !== null) clearTimeout(patience);
      if (session === null) return;
      this.calls.left(session);
      this.registry.remove(session);
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
          if (session === null) {
            const admitted = await this.#admit(call, message.register ?? null, { nonce, certified, holder });
            // The worker may have dialled again while the database took its time: an older stream must not take the
            // place of a newer one, and nobody would ever take it away again.
            if (ended) return;
            session = admitted;
            await this.#open(session);
            if (message.register) void this.machines.look(session, message.register.package);
          } else await this.#receive(session, message);
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

  async #admit(
    call: WorkerStream,
    register: Register__Output | null,
    { nonce, certified, holder }: Expected,
  ): Promise<WorkerSession> {
    if (register === null) {
      throw new ApiError(
        'INVALID_REQUEST',
        'kind: expected register as the first message of a worker, got another: register first',
      );
    }
    const identity = parseRegistration(register, nonce);
    if (certified !== null) requireSameWorker('registration', identity.workerId, certified);
    requireOwnWorker(identity, holder);
    await this.keys.admit(identity, register.package, nonce);
    return new WorkerSession(
      randomUUID(),
      identity,
      this.clock(),
      (message) => {
        call.write(message);
      },
      holder.tenant,
    );
  }

  /** From here on the stream's end takes the session out of the registry. */
  async #open(session: WorkerSession): Promise<void> {
    this.registry.add(session);
    session.send({ accepted: { session: session.id, heartbeatMs: this.config.heartbeatMs } });
    await this.leases.resend(session);
    this.registry.changed();
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
    if (kindsOf(message).length === 1 && this.calls.hear(session, message)) return true;
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
      void this.machines.look(session, message.offer.package);
      return;
    }
    const { complete, fail } = message;
    const answered = complete ?? fail;
    if (!answered) return;
    try {
      // The work of minutes is not thrown away for a moment of the database; each part may be done twice.
      await repeatChange(() => this.#store(session, message));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.logger.warn(
        { lease: answered.lease, worker: session.identity.workerId, reason: error.reason },
        'refused',
      );
      session.send({ revoke: { lease: answered.lease, reason: error.reason } });
    }
  }

  async #store(session: WorkerSession, { complete, fail }: ConnectRequest__Output): Promise<void> {
    if (complete) {
      const { lease, fence, statement, outputs, blobs } = complete;
      if (statement.length > limits.statementBytesMax) {
        throw limitExceeded('statementBytesMax', statement.length, 'this is no step statement');
      }
      const result = { kind: 'completed', statement: digestOf(statement), outputs, blobs } as const;
      const named = [...digestsIn(statement), ...outputs.map(({ blob }) => blob), ...blobs];
      await this.leases.settle(session, { lease, fence, result }, { statement, named });
    } else if (fail) {
      const { lease, fence, retryable } = fail;
      const message = fail.message.slice(0, 512);
      const result = { kind: 'failed', reason: failureReason(fail.reason), message, retryable } as const;
      await this.leases.settle(session, { lease, fence, result });
    }
  }
}

/** What a registration is held against: the challenge of its stream, and whoever the connection and the key are of. */
interface Expected {
  readonly nonce: Buffer;
  readonly certified: string | null;
  readonly holder: WorkerHolder;
}

/**
 * A tenant's own workers prove for that tenant at its place, and are nothing else: a key that a tenant holds must not
 * make anybody a worker of the platform.
 *
 * @throws ApiError ROLE_MISSING, WORKER_ID_MISMATCH
 */
function requireOwnWorker({ workerId, operations }: WorkerIdentity, { tenant, worker }: WorkerHolder): void {
  if (tenant === null) return;
  const other = operations.find((operation) => !runsAtOwner(operation));
  if (other !== undefined) {
    throw new ApiError(
      'ROLE_MISSING',
      `registration: expected operations at the owner (sealflow prove), since the API key is of workers of tenant ${tenant}; got ${other}: use a key of the platform`,
      { facts: { expected: 'operations at the owner', actual: other } },
    );
  }
  if (worker === null || worker === workerId) return;
  throw new ApiError(
    'WORKER_ID_MISMATCH',
    `registration: expected the worker ${worker}, whose API key this is, got ${workerId}`,
    { facts: { expected: worker, actual: workerId } },
  );
}

/** Results of one worker that are stored at a time. */
const LANES = 64;

/** The same for all messages about one lease. */
function laneOf({ complete, fail }: ConnectRequest__Output): number {
  const lease = complete?.lease ?? fail?.lease ?? '';
  let sum = 0;
  for (let index = 0; index < lease.length; index += 1) sum = (sum * 31 + lease.charCodeAt(index)) % 65_521;
  return sum % LANES;
}

const kinds = [
  ...(['register', 'offer', 'progress', 'renew', 'complete', 'fail'] as const),
  ...(['callChunk', 'callEnd', 'callFail'] as const),
];

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
