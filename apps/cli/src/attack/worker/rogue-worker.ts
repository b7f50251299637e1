import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SimulationAuthority } from '#attestation';
import { type Digest, parseDigest } from '#canonical';
import {
  type AttestationServiceClient,
  type ConnectRequest,
  fromServiceError,
  type ListWorkersResponse__Output,
  type ServiceClients,
  unary,
  type Worker__Output,
} from '#contracts';
import {
  buildStepStatement,
  parseEnvelope,
  parseStepPredicate,
  type StepPredicate,
  signStatement,
  statementOf,
} from '#evidence';
import {
  BlobClient,
  type BootIdentity,
  createBootIdentity,
  EvidenceSource,
  type KeptValues,
  measureTree,
  PeerAppraiser,
  parseSiteFile,
  SimulatedProvider,
  simulatedMrtd,
  type TaskRuntime,
  WorkerAgent,
  workerImage,
} from '#worker';
import { projectRoot } from '../../installation/paths.js';
import { dial } from '../../stack/dial.js';
import type { RunningStack } from '../../stack/stack.js';

/** Keys and evidence of a worker that this process plays itself. */
export interface RogueIdentity {
  readonly identity: BootIdentity;
  readonly evidence: EvidenceSource;
}

const random = (n: number): Uint8Array => new Uint8Array(randomBytes(n));
const now = (): number => Date.now();
const LIFETIME_MS = 3_600_000;
const CONNECT_MS = 20_000;
const TURN_MS = 20;
const REFUSAL_MS = 5_000;
/** Binds a registration to no verifier's policy. */
const NO_POLICY = parseDigest(`sha256:${'0'.repeat(64)}`);

/**
 * A worker with genuine evidence and dishonest code. On real hardware its measurement would give it away; here it
 * holds the simulation authority, so that what is shown is the defence behind attestation.
 */
export function rogueIdentity(
  stack: RunningStack,
  image: string,
  workerId = `rogue-${image}`,
): RogueIdentity {
  const { folders } = workerImage(image);
  return machineOf(stack.installation.authority(), image, {
    workerId,
    imageDigest: measureTree(projectRoot, folders),
  });
}

/** A simulated machine of any authority that says that it started any code. */
export function machineOf(
  authority: SimulationAuthority,
  image: string,
  { workerId, imageDigest }: { readonly workerId: string; readonly imageDigest: Digest },
): RogueIdentity {
  const { gpus } = workerImage(image);
  const identity = createBootIdentity(workerId, random);
  const provider = new SimulatedProvider({
    authority,
    mrtd: simulatedMrtd(imageDigest),
    gpus,
    random,
    machineSecret: random(32),
  });
  const evidence = new EvidenceSource({
    identity,
    provider,
    imageDigest,
    bindingLifetimeMs: LIFETIME_MS,
    now,
  });
  return { identity, evidence };
}

/** As a worker that the operator gave its key and, where the stack asks for one, a certificate for its id. */
export function dialAsWorker({ address, installation }: RunningStack, workerId: string): ServiceClients {
  const bearer = installation.keys.read('worker') ?? undefined;
  if (address.tls === undefined) return dial(address.grpc, { bearer, tls: null });
  installation.tls.issueWorker(workerId, now());
  return dial(address.grpc, { bearer, tls: installation.tls.files(workerId) });
}

/** What a worker signs in the place of what it did; with its own key, which its evidence names. */
export type OtherStatement = (predicate: StepPredicate) => StepPredicate;

/** How a rogue differs from a worker that has one dishonest runtime. */
export interface RogueOptions {
  readonly played?: RogueIdentity;
  readonly kept?: KeptValues;
  readonly instead?: OtherStatement;
}

/** Connects the rogue with one dishonest runtime; `stop` ends its session. */
export function rogueWorker(
  stack: RunningStack,
  image: string,
  runtime: TaskRuntime,
  { played = rogueIdentity(stack, image), kept, instead }: RogueOptions = {},
): { stop(): Promise<void> } {
  const { identity, evidence } = played;
  const dialled = dialAsWorker(stack, identity.workerId);
  const services = instead === undefined ? dialled : signingInstead(dialled, identity, instead);
  const site = parseSiteFile(readFileSync(join(stack.installation.home, 'site.json')));
  const agent = new WorkerAgent({
    identity,
    evidence,
    imageDigest: measureTree(projectRoot, workerImage(image).folders),
    services,
    blobs: new BlobClient(services),
    appraiser: new PeerAppraiser(site.roots, now),
    random,
    now,
    runtimes: [runtime],
    ...(kept === undefined ? {} : { kept }),
    leasesMax: 1,
    logger: { info: () => undefined, warn: () => undefined },
  });
  const running = agent.run();
  return {
    stop: async () => {
      await agent.stop(0);
      await running;
      services.close();
    },
  };
}

/** Every result that goes out is signed again, with something else in it. */
function signingInstead(
  services: ServiceClients,
  { signSeed: seed }: BootIdentity,
  instead: OtherStatement,
): ServiceClients {
  const changed = (message: ConnectRequest): ConnectRequest => {
    const { complete } = message;
    if (!(complete?.statement instanceof Uint8Array)) return message;
    const { predicate } = statementOf(parseEnvelope(complete.statement));
    const statement = buildStepStatement(instead(parseStepPredicate(predicate)));
    return { complete: { ...complete, statement: Buffer.from(signStatement({ statement, seed })) } };
  };
  const connect = () => {
    const stream = services.worker.connect();
    const write = stream.write.bind(stream);
    return Object.assign(stream, { write: (message: ConnectRequest) => write(changed(message)) });
  };
  return { ...services, worker: Object.assign(Object.create(services.worker), { connect }) };
}

/** Waits until the orchestrator would send it a task. */
export async function rogueServes(client: AttestationServiceClient, workerId: string): Promise<void> {
  const untilMs = now() + CONNECT_MS;
  while (now() < untilMs) {
    if ((await workerOf(client, workerId)) !== undefined) return;
    await sleep(TURN_MS);
  }
  throw new Error(`${workerId} did not connect in ${CONNECT_MS / 1_000} s`);
}

/** Whether the orchestrator found it out and gives it nothing any more. */
export async function isFenced(client: AttestationServiceClient, workerId: string): Promise<boolean> {
  return (await workerOf(client, workerId))?.fenced === true;
}

async function workerOf(
  client: AttestationServiceClient,
  workerId: string,
): Promise<Worker__Output | undefined> {
  const { workers } = await unary<ListWorkersResponse__Output>(
    (options, callback) => client.listWorkers({ pageSize: 0, pageToken: '' }, options, callback),
    { deadlineMs: 5_000 },
  );
  return workers.find(({ name }) => name === `workers/${workerId}`);
}

/** Registers on a bare stream and sends one message; resolves with the reason of the refusal, or null. */
export async function sendAsWorker(
  stack: RunningStack,
  message: { lease: string; fence: string; statement: Buffer },
): Promise<string | null> {
  const played = rogueIdentity(stack, 'zk-prover');
  const services = dialAsWorker(stack, played.identity.workerId);
  const stream = services.worker.connect();
  try {
    return await new Promise<string | null>((resolve, reject) => {
      const timer = setTimeout(() => resolve(null), REFUSAL_MS);
      stream.on('error', reject);
      stream.on('data', (answer) => {
        if (answer.challenge) void register(stream, played, answer.challenge.nonce);
        else if (answer.accepted) {
          stream.write({ complete: { ...message, outputs: [], blobs: [] } });
        } else if (answer.revoke) {
          clearTimeout(timer);
          resolve(answer.revoke.reason);
        }
      });
    });
  } finally {
    stream.end();
    services.close();
  }
}

/**
 * Registers on a bare stream, and leaves; resolves with the reason of the refusal, or null.
 *
 * @param quoteOf what it shows in the place of its own evidence
 */
export async function registeredAs(
  services: ServiceClients,
  played: RogueIdentity,
  quoteOf: QuoteOf = (evidence) => evidence,
): Promise<string | null> {
  const stream = services.worker.connect();
  try {
    return await new Promise<string | null>((resolve) => {
      stream.on('error', (error) => resolve(fromServiceError(error).reason));
      stream.on('data', (answer) => {
        if (answer.accepted) resolve(null);
        if (answer.challenge) void register(stream, played, answer.challenge.nonce, quoteOf);
      });
    });
  } finally {
    stream.cancel();
  }
}

type QuoteOf = (evidence: Uint8Array) => Uint8Array;

async function register(
  stream: ReturnType<ServiceClients['worker']['connect']>,
  { identity, evidence }: RogueIdentity,
  nonce: Uint8Array,
  quoteOf: QuoteOf = (own) => own,
): Promise<void> {
  const shown = quoteOf(await evidence.answer(nonce, NO_POLICY));
  stream.write({
    register: { worker: identity.workerId, operations: [], package: Buffer.from(shown), leasesMax: 1 },
  });
}
