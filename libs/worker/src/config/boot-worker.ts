import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSimulationAuthority } from '#attestation';
import { type Digest, fromHex, isJsonObject, parseJsonStrict } from '#canonical';
import { connectServices, type ServiceClients } from '#contracts';
import { readTlsFiles, type TlsFiles } from '#tls';
import { createBootIdentity, type RandomSource } from '../identity/boot-identity.js';
import { EvidenceSource } from '../identity/evidence-source.js';
import { measureTree, simulatedMrtd } from '../identity/measure.js';
import type { QuoteProvider } from '../identity/quote-provider.js';
import { SimulatedProvider } from '../identity/simulated-provider.js';
import type { KeptValues, TaskRuntime } from '../runtime.js';
import { type AgentLogger, WorkerAgent } from '../session/worker-agent.js';
import { BlobClient } from '../task/blob-client.js';
import { PeerAppraiser } from '../task/peer-appraiser.js';
import type { WorkerImage } from './images.js';
import { offeredRuntimes } from './offered-runtimes.js';
import { parseSiteFile, type SiteFile } from './site-file.js';
import { workerChannel } from './worker-channel.js';

export interface WorkerEnvironment {
  readonly workerId: string;
  /** Folder of the installation: what it keeps, `simulation.json`, `machine.key`. */
  readonly home: string;
  /** Which hardware and which circuits count here. */
  readonly siteFile: string;
  /** host:port of the orchestrator. */
  readonly orchestrator: string;
  readonly leasesMax: number;
  /** How long running tasks may take to end after a SIGTERM. */
  readonly drainMs: number;
  /** What it offers of what it can, see `offeredRuntimes`; null: everything. */
  readonly operations: readonly string[] | null;
  /** host:port where `grpc.health.v1` answers; null: nobody asks. */
  readonly healthAddress: string | null;
  /** API key with the role worker; undefined where the channel says who this is. */
  readonly apiKey: string | undefined;
  /** Null: the channel is in the clear. */
  readonly tls: TlsFiles | null;
}

const silent: AgentLogger = { info: () => undefined, warn: () => undefined };

/** How long a quote serves; a verifier's policy may allow less. */
const BINDING_LIFETIME_MS = 3_600_000;
const DRAIN_MS = 20_000;
const DRAIN_MS_MAX = 24 * 3_600_000;

export function readWorkerEnvironment(environment: NodeJS.ProcessEnv, defaultId: string): WorkerEnvironment {
  const home = environment['SEALFLOW_HOME'];
  if (home === undefined)
    throw new Error('SEALFLOW_HOME: expected the folder of the installation, got nothing');
  const leasesMax = Number(environment['SEALFLOW_LEASES_MAX'] ?? '4');
  if (!Number.isInteger(leasesMax) || leasesMax < 1 || leasesMax > 64) {
    throw new Error('SEALFLOW_LEASES_MAX: expected 1 to 64');
  }
  const drainMs = Number(environment['SEALFLOW_DRAIN_MS'] ?? DRAIN_MS);
  if (!Number.isInteger(drainMs) || drainMs < 0 || drainMs > DRAIN_MS_MAX) {
    throw new Error(`SEALFLOW_DRAIN_MS: expected 0 to ${DRAIN_MS_MAX}`);
  }
  const workerId = environment['SEALFLOW_WORKER_ID'] ?? defaultId;
  return {
    workerId,
    home,
    siteFile: environment['SEALFLOW_SITE_FILE'] ?? join(home, 'site.json'),
    orchestrator: environment['SEALFLOW_ORCHESTRATOR'] ?? '127.0.0.1:7443',
    leasesMax,
    drainMs,
    operations: listOf(environment['SEALFLOW_OPERATIONS']),
    healthAddress: environment['SEALFLOW_HEALTH_ADDRESS'] ?? null,
    apiKey: environment['SEALFLOW_WORKER_KEY'] ?? keyOf(environment['SEALFLOW_WORKER_KEY_FILE'], home),
    tls: readTlsFiles(namedFor(workerId, environment)),
  };
}

/**
 * With `{worker}` in its place, one value serves every pod of a set, as it is printed: policies that genpolicy makes
 * take no variable that holds the name of a pod beside other text.
 */
function namedFor(workerId: string, environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const named = ['SEALFLOW_TLS_CERT', 'SEALFLOW_TLS_KEY', 'SEALFLOW_TLS_CA'].flatMap((name) => {
    const path = environment[name];
    return path === undefined ? [] : [[name, path.replaceAll('{worker}', workerId)] as const];
  });
  return { ...environment, ...Object.fromEntries(named) };
}

function listOf(text: string | undefined): readonly string[] | null {
  const names = (text ?? '').split(',').map((name) => name.trim());
  const given = names.filter((name) => name !== '');
  return given.length === 0 ? null : given;
}

/**
 * The key of a file that was named, which must be there; otherwise the one that an installation on one machine makes for
 * its workers. A file is not an environment: generators of policies for guests write what variables hold into the
 * policy, which anybody may read.
 */
function keyOf(named: string | undefined, home: string): string | undefined {
  const file = named ?? join(home, 'keys', 'worker.key');
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  if (named === undefined) return undefined;
  throw new Error(
    `SEALFLOW_WORKER_KEY_FILE: expected a file with the key of a worker, got nothing at ${named}`,
  );
}

/** A worker that has its keys and its evidence and is about to dial. */
export interface BootedWorker {
  readonly environment: WorkerEnvironment;
  readonly site: SiteFile;
  readonly imageDigest: Digest;
  /** Throws on hardware that was opened without one. */
  readonly sealingKey: Uint8Array;
  readonly services: ServiceClients;
  /** Raw Ed25519 key with which this boot signs. */
  readonly signKey: Uint8Array;
  /** @param kept what the owner of the data keeps, at a worker of its own */
  agent(runtimes: readonly TaskRuntime[], logger: AgentLogger, kept?: KeptValues): WorkerAgent;
}

/**
 * Boots a worker: measures its own code, makes the keys of this boot, opens the channel.
 *
 * @param root folder above `dist`, the measured tree
 * @param logger where changes of certificates are told
 * @param hardware what signs its evidence, see `openHardware`; null for the simulated platform
 */
export function bootWorker(
  environment: WorkerEnvironment,
  image: WorkerImage,
  root: string,
  hardware: QuoteProvider | null = null,
  logger: AgentLogger = silent,
): BootedWorker {
  const random = (n: number): Uint8Array => new Uint8Array(randomBytes(n));
  const now = (): number => Date.now();
  const site = parseSiteFile(readFileSync(environment.siteFile));
  const imageDigest = measureTree(root, image.folders);
  const provider = hardware ?? simulatedHardware(environment.home, image, imageDigest, random);
  const identity = createBootIdentity(environment.workerId, random);
  const channel = environment.tls === null ? null : workerChannel(environment, environment.tls, now, logger);
  const services = connectServices(environment.orchestrator, {
    bearer: environment.apiKey,
    ...(channel === null ? {} : { channel }),
  });
  const evidence = new EvidenceSource({
    identity,
    provider,
    imageDigest,
    bindingLifetimeMs: BINDING_LIFETIME_MS,
    now,
  });
  return {
    environment,
    site,
    imageDigest,
    get sealingKey() {
      return provider.sealingKey();
    },
    services,
    signKey: identity.signPublicKey,
    agent: (runtimes, logger, kept) =>
      new WorkerAgent({
        identity,
        evidence,
        imageDigest,
        services,
        blobs: new BlobClient(services),
        appraiser: new PeerAppraiser(site.roots, now),
        random,
        now,
        runtimes: offeredRuntimes(runtimes, environment.operations),
        leasesMax: environment.leasesMax,
        logger,
        ...(kept === undefined ? {} : { kept }),
      }),
  };
}

function simulatedHardware(
  home: string,
  image: WorkerImage,
  imageDigest: Digest,
  random: RandomSource,
): SimulatedProvider {
  return new SimulatedProvider({
    authority: readAuthority(home),
    mrtd: simulatedMrtd(imageDigest),
    gpus: image.gpus,
    random,
    machineSecret: fromHex(readFileSync(join(home, 'machine.key'), 'utf8').trim()),
  });
}

function readAuthority(home: string) {
  const json = parseJsonStrict(readFileSync(join(home, 'simulation.json')));
  if (!isJsonObject(json)) throw new Error('simulation.json: expected an object');
  return parseSimulationAuthority(json);
}
