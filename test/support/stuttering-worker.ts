import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClientDuplexStream } from '@grpc/grpc-js';
import { type ConnectRequest, type ConnectResponse__Output, connectServices } from '#contracts';
import {
  BlobClient,
  FheProcess,
  measureTree,
  PeerAppraiser,
  parseSiteFile,
  WorkerAgent,
  workerImage,
} from '#worker';
import { rogueIdentity } from '../../apps/cli/src/attack/worker/rogue-worker.js';
import { projectRoot } from '../../apps/cli/src/installation/paths.js';
import { fheRuntimes } from '../../apps/fhe-service/src/runtimes/fhe-runtimes.js';
import type { TestStack } from './test-stack.js';

type Stream = ClientDuplexStream<ConnectRequest, ConnectResponse__Output>;

/** The keyless service in this process, honest in what it computes, that sends every result three times. */
export interface StutteringWorker {
  /** `<lease> <reason>` of every result that was refused. */
  readonly refused: readonly string[];
  stop(): Promise<void>;
}

export function startStutteringWorker(stack: TestStack): StutteringWorker {
  const { identity, evidence } = rogueIdentity(stack.running, 'fhe-service');
  const services = connectServices(stack.address.grpc, {
    bearer: stack.installation.keys.read('worker') ?? undefined,
  });
  const fhe = new FheProcess({ keyed: false });
  const refused: string[] = [];
  const worker = new Proxy(services.worker, {
    get: (target, name) =>
      name === 'connect' ? () => stutter(target.connect(), refused) : (Reflect.get(target, name) as unknown),
  });
  const now = (): number => Date.now();
  const agent = new WorkerAgent({
    identity,
    evidence,
    imageDigest: measureTree(projectRoot, workerImage('fhe-service').folders),
    services: { ...services, worker },
    blobs: new BlobClient(services),
    appraiser: new PeerAppraiser(
      parseSiteFile(readFileSync(join(stack.installation.home, 'site.json'))).roots,
      now,
    ),
    random: (n) => new Uint8Array(randomBytes(n)),
    now,
    runtimes: fheRuntimes({ fhe }),
    leasesMax: 1,
    logger: { info: () => undefined, warn: () => undefined },
  });
  const running = agent.run();
  return {
    refused,
    stop: async () => {
      await agent.stop(0);
      await running;
      await fhe.close();
      services.close();
    },
  };
}

/** Sends each result under the fence before its own, then twice under the right one. */
function stutter(stream: Stream, refused: string[]): Stream {
  const write = stream.write.bind(stream) as (message: ConnectRequest) => boolean;
  stream.on('data', ({ revoke }: ConnectResponse__Output) => {
    if (revoke) refused.push(`${revoke.lease} ${revoke.reason}`);
  });
  const repeated = (message: ConnectRequest): boolean => {
    const { complete } = message;
    if (!complete) return write(message);
    write({ complete: { ...complete, fence: (BigInt(complete.fence ?? '1') - 1n).toString() } });
    write(message);
    return write(message);
  };
  stream.write = repeated as Stream['write'];
  return stream;
}
