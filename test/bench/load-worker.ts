import { randomBytes } from 'node:crypto';
import type { ClientDuplexStream } from '@grpc/grpc-js';
import {
  type Commitment,
  type Digest,
  digestOf,
  formatTime,
  parseCommitment,
  parseDigest,
  toBase64,
} from '#canonical';
import {
  type ConnectRequest,
  type ConnectResponse__Output,
  connectServices,
  type GetWorkerOffersResponse__Output,
  type Lease__Output,
  type OfferRequest__Output,
  type ServiceClients,
  unary,
  writeBlob,
} from '#contracts';
import { buildStepStatement, concealStatement, type EdgeReaders, type Offer, signStatement } from '#evidence';
import { measureTree, workerImage } from '#worker';
import { type RogueIdentity, rogueIdentity } from '../../apps/cli/src/attack/worker/rogue-worker.js';
import { projectRoot } from '../../apps/cli/src/installation/paths.js';
import type { RunningStack } from '../../apps/cli/src/stack/stack.js';

type Stream = ClientDuplexStream<ConnectRequest, ConnectResponse__Output>;

const IMAGE = 'tee-worker';
const OPERATION = 'document.extract';
const DEADLINE_MS = 30_000;
const NO_POLICY = parseDigest(`sha256:${'0'.repeat(64)}`);
/** As many as the orchestrator gives to one session. */
export const LEASES_PER_SESSION = 64;

/** An output whose envelope is in the blob store already. */
export interface MadeOutput {
  readonly port: string;
  readonly edge: string;
  readonly commitment: Commitment;
  readonly blob: Digest;
  readonly recipients: EdgeReaders['recipients'];
}

interface Session {
  readonly keys: RogueIdentity;
  stream: Stream | null;
  /** Digests of evidence that it made. */
  readonly made: Set<string>;
  /** What it answered when another step asked. */
  offer: Offer | null;
}

const random = (n: number): Uint8Array => new Uint8Array(randomBytes(n));

/**
 * Workers that do nothing with a lease and answer it as a worker does: over the real session, with a statement that
 * their attested key signs. Evidence and outputs are in the blob store before the clock starts.
 */
export class LoadWorker {
  /** Leases that came and were not answered, while they are kept waiting. */
  readonly held = new Map<string, () => void>();
  answered = 0;
  #holding = false;
  readonly #sessions: Session[] = [];
  readonly #services: ServiceClients;
  readonly #imageDigest = measureTree(projectRoot, workerImage(IMAGE).folders);
  readonly #outputs = new Map<string, readonly MadeOutput[]>();
  readonly #beats = new Map<string, { readonly stream: Stream; readonly fence: string }>();
  #beating: NodeJS.Timeout | null = null;

  private constructor(private readonly stack: RunningStack) {
    this.#services = connectServices(stack.address.grpc, {
      bearer: stack.installation.keys.read('worker') ?? undefined,
    });
  }

  static async connect(stack: RunningStack, sessions: number): Promise<LoadWorker> {
    const worker = new LoadWorker(stack);
    for (let index = 0; index < sessions; index += 1) await worker.#connect();
    return worker;
  }

  get sealKeys(): readonly Uint8Array[] {
    // More recipients than a client would find are of no use to it.
    return this.#sessions.slice(0, 3).map(({ keys }) => keys.identity.sealPublicKey);
  }

  get signSeed(): Uint8Array {
    const [first] = this.#sessions;
    if (first === undefined) throw new Error('no session');
    return first.keys.identity.signSeed;
  }

  willMake(runId: string, outputs: readonly MadeOutput[]): void {
    this.#outputs.set(runId, outputs);
  }

  /** Keeps every lease that comes from now on, as a worker with a long task does, until it is told to go on. */
  hold(): void {
    this.#holding = true;
  }

  release(): void {
    this.#holding = false;
    for (const answer of [...this.held.values()]) answer();
  }

  /** Asks for evidence as a step does before it seals to the next one; statements name the answers. */
  async answerEachOther(policy: Digest): Promise<void> {
    const nonce = random(32);
    const { offers } = await unary<GetWorkerOffersResponse__Output>(
      (options, callback) =>
        this.#services.attestation.getWorkerOffers(
          { operation: OPERATION, nonce: Buffer.from(nonce), offersMax: 3, policy },
          options,
          callback,
        ),
      { deadlineMs: DEADLINE_MS },
    );
    for (const { worker, package: evidence } of offers) {
      const session = this.#sessions.find(({ keys }) => worker === `workers/${keys.identity.workerId}`);
      if (session === undefined) continue;
      const digest = digestOf(evidence);
      await writeBlob(this.#services.blob, digest, evidence, { deadlineMs: DEADLINE_MS });
      session.offer = { operation: OPERATION, package: digest, nonce: toBase64(nonce) };
    }
  }

  close(): void {
    if (this.#beating !== null) clearInterval(this.#beating);
    for (const { stream } of this.#sessions) stream?.cancel();
    this.#services.close();
  }

  async #connect(): Promise<void> {
    const keys = rogueIdentity(this.stack, IMAGE, `load-${this.#sessions.length}`);
    const session: Session = { keys, stream: null, made: new Set(), offer: null };
    this.#sessions.push(session);
    const stream: Stream = this.#services.worker.connect();
    session.stream = stream;
    await new Promise<void>((resolve, reject) => {
      stream.on('error', reject);
      stream.on('data', (message: ConnectResponse__Output) => {
        if (message.accepted) {
          this.#beatEvery(message.accepted.heartbeatMs);
          resolve();
        } else this.#receive(session, stream, message);
      });
    });
  }

  #receive(session: Session, stream: Stream, message: ConnectResponse__Output): void {
    if (message.challenge) void this.#register(session, stream, message.challenge.nonce);
    else if (message.offerRequest) void this.#offer(session, stream, message.offerRequest);
    else if (message.lease) this.#take(session, stream, message.lease);
    else if (message.revoke) throw new Error(`lease ${message.revoke.lease}: ${message.revoke.reason}`);
  }

  async #register({ keys }: Session, stream: Stream, nonce: Uint8Array): Promise<void> {
    const answer = await keys.evidence.answer(nonce, NO_POLICY);
    stream.write({
      register: {
        worker: keys.identity.workerId,
        operations: [OPERATION],
        package: Buffer.from(answer),
        leasesMax: LEASES_PER_SESSION,
      },
    });
  }

  async #offer({ keys, made }: Session, stream: Stream, request: OfferRequest__Output): Promise<void> {
    const answer = await keys.evidence.answer(request.nonce, parseDigest(request.policy));
    made.add(digestOf(answer));
    stream.write({ offer: { requestId: request.requestId, package: Buffer.from(answer) } });
  }

  #take(session: Session, stream: Stream, lease: Lease__Output): void {
    if (!this.#holding) {
      this.#answer(session, stream, lease);
      return;
    }
    this.#beats.set(lease.lease, { stream, fence: lease.fence });
    this.held.set(lease.lease, () => {
      this.held.delete(lease.lease);
      this.#beats.delete(lease.lease);
      this.#answer(session, stream, lease);
    });
  }

  #answer({ keys, made }: Session, stream: Stream, lease: Lease__Output): void {
    const planned = new Set(lease.outputs.map(({ edge }) => edge));
    const outputs = (this.#outputs.get(lease.runId) ?? []).filter(({ edge }) => planned.has(edge));
    const time = formatTime(Date.now());
    const { identity } = keys;
    const evidence = lease.offerPackages.find((digest) => made.has(digest)) ?? '';
    const read = outputs.some(({ recipients }) => recipients.length > 1);
    const statement = buildStepStatement({
      runId: lease.runId,
      stepId: lease.taskId,
      attempt: lease.attempt,
      kind: 'tee.cpu',
      operation: lease.operation,
      assurance: { integrity: 'ATTESTED', confidentiality: 'ENCLAVE' },
      definitionDigest: parseDigest(lease.definition),
      planDigest: parseDigest(lease.plan),
      policyDigest: parseDigest(lease.policy),
      inputs: lease.inputs.map(({ port, edge, commitment }) => ({
        port,
        edge,
        commitment: parseCommitment(commitment),
      })),
      outputs: outputs.map(({ port, edge, commitment }) => ({ port, edge, commitment })),
      public: {},
      startedAt: time,
      endedAt: time,
      executor: {
        id: identity.workerId,
        key: toBase64(identity.signPublicKey),
        softwareDigest: this.#imageDigest,
      },
      sealing: {
        suite: 2,
        readers: outputs.map(({ edge, recipients }) => ({ edge, recipients })),
        offers: read ? this.#sessions.flatMap((session) => session.offer ?? []) : [],
      },
      evidence: { platform: 'intel-tdx', package: evidence },
      metrics: { openMs: 0, runMs: 0, sealMs: 0 },
    });
    const signed = signStatement({ ...concealStatement(statement, random), seed: identity.signSeed });
    this.answered += 1;
    stream.write({
      complete: {
        lease: lease.lease,
        fence: lease.fence,
        statement: Buffer.from(signed),
        outputs: outputs.map(({ port, edge, commitment, blob }) => ({ port, edge, commitment, blob })),
        blobs: [evidence],
      },
    });
  }

  #beatEvery(heartbeatMs: number): void {
    this.#beating ??= setInterval(() => {
      for (const [lease, { stream, fence }] of this.#beats) stream.write({ renew: { lease, fence } });
    }, heartbeatMs);
  }
}
