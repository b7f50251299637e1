import type { ClientDuplexStream } from '@grpc/grpc-js';
import { parseDigest } from '#canonical';
import {
  type ConnectRequest,
  type ConnectResponse__Output,
  connectServices,
  type Lease__Output,
  type ServiceClients,
} from '#contracts';
import { type RogueIdentity, rogueIdentity } from '../../apps/cli/src/attack/worker/rogue-worker.js';
import type { TestStack } from './test-stack.js';
import { until } from './until.js';

type Stream = ClientDuplexStream<ConnectRequest, ConnectResponse__Output>;

const NO_POLICY = parseDigest(`sha256:${'0'.repeat(64)}`);

/** A worker on a bare stream that takes leases and does with them what the test says. Its boot outlives its streams. */
export class ScriptedWorker {
  readonly leases: Lease__Output[] = [];
  readonly #refusals = new Map<string, string>();
  readonly #services: ServiceClients;
  readonly #keys: RogueIdentity;
  #stream: Stream | null = null;

  constructor(
    stack: TestStack,
    image: string,
    private readonly operations: readonly string[],
  ) {
    this.#services = connectServices(stack.address.grpc, {
      bearer: stack.installation.keys.read('worker') ?? undefined,
    });
    this.#keys = rogueIdentity(stack.running, image);
  }

  /** Opens a stream and registers. */
  async connect(): Promise<void> {
    const stream: Stream = this.#services.worker.connect();
    this.#stream = stream;
    let accepted = false;
    stream.on('error', () => undefined);
    stream.on('data', (message: ConnectResponse__Output) => {
      accepted ||= message.accepted !== null && message.accepted !== undefined;
      this.#receive(stream, message);
    });
    await until('the scripted worker is registered', () => accepted);
  }

  /** Breaks the stream, as a cut network does. */
  disconnect(): void {
    this.#stream?.cancel();
    this.#stream = null;
  }

  /** The next lease of an operation. */
  async lease(operation: string): Promise<Lease__Output> {
    return until(`a lease of ${operation}`, () => this.leases.find((lease) => lease.operation === operation));
  }

  /** Sends a result nobody will look into, and waits for the reason of its refusal. */
  async refusalOf({ lease, fence }: Lease__Output): Promise<string> {
    this.#refusals.delete(lease);
    this.#stream?.write({ complete: { lease, fence, statement: Buffer.from('{}'), outputs: [], blobs: [] } });
    return until(`an answer to the result of ${lease}`, () => this.#refusals.get(lease));
  }

  close(): void {
    this.disconnect();
    this.#services.close();
  }

  #receive(stream: Stream, { challenge, lease, revoke }: ConnectResponse__Output): void {
    if (challenge) void this.#register(stream, challenge.nonce);
    else if (lease) this.leases.push(lease);
    else if (revoke) this.#refusals.set(revoke.lease, revoke.reason);
  }

  async #register(stream: Stream, nonce: Uint8Array): Promise<void> {
    const { identity, evidence } = this.#keys;
    const answer = await evidence.answer(nonce, NO_POLICY);
    const operations = [...this.operations];
    stream.write({
      register: { worker: identity.workerId, operations, package: Buffer.from(answer), leasesMax: 1 },
    });
  }
}
