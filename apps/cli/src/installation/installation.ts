import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type AppraisalPolicy,
  createSimulationAuthority,
  parseSimulationAuthority,
  type SimulationAuthority,
  simulatedRoots,
  vendorTrustRoots,
} from '#attestation';
import { type Digest, digestOf, ed25519PublicKey, parseJsonStrict, toBase64 } from '#canonical';
import { encodeTrustFile, parseTrustFile, type TrustFile } from '#evidence';
import { encodeSiteFile, measureTree, type SiteFile, simulatedMrtd, workerImages } from '#worker';
import { DevelopmentTls } from './development-tls.js';
import { InstallationKeys } from './installation-keys.js';
import { productionTrustPath, projectRoot } from './paths.js';

/** What a running orchestrator says of its keys. */
export interface OrchestratorKeys {
  readonly orchestratorKeys: readonly string[];
  readonly log: { readonly origin: string; readonly vkey: string };
}

const BINDING_LIFETIME_MS_MAX = 2 * 3_600_000;
const POSTGRES_HOMES = '/var/lib/sealflow';
const POSTGRES_PATH = 'postgres.path';

/**
 * The folder of one installation on one machine: the simulation authority, the site file of the services, the
 * reviewer's key of the demo, and the trust files that a relying party starts from.
 */
export class Installation {
  readonly logs: string;
  readonly bundles: string;
  readonly keys: InstallationKeys;
  readonly tls: DevelopmentTls;

  private constructor(readonly home: string) {
    this.logs = join(home, 'logs');
    this.bundles = join(home, 'bundles');
    this.keys = new InstallationKeys(home);
    this.tls = new DevelopmentTls(home);
  }

  /** Where things are, whether or not they exist: makes nothing. */
  static at(home: string): Installation {
    return new Installation(home);
  }

  /** Makes what is missing. Keys are made once; the site file follows the code that is installed now. */
  static open(home: string): Installation {
    const installation = new Installation(home);
    for (const folder of [home, installation.logs, installation.bundles]) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
    }
    const authority = installation.authority();
    installation.#keep('machine.key', () => randomBytes(32).toString('hex'));
    installation.#keep('approver.key', () => randomBytes(32).toString('hex'));
    installation.placeDatabase();
    const site: SiteFile = {
      v: 'sealflow/site/v1',
      roots: { ...vendorTrustRoots, ...simulatedRoots(authority) },
      // The keys of the carried circuit were made on one machine: NOT FOR PRODUCTION, and every verdict says so.
      circuits: { manifests: circuitManifestDigests(), allowDev: true },
    };
    installation.#write('site.json', encodeSiteFile(site));
    return installation;
  }

  /**
   * Where the embedded database lives. PostgreSQL does not run as root; started by root it runs as another user, who
   * cannot reach a checkout below a private folder, so its files then go to /var/lib, under a name that this
   * installation drew and keeps: a folder that is deleted and made again never finds the records of the one before.
   */
  get postgresHome(): string {
    const kept = join(this.home, POSTGRES_PATH);
    return existsSync(kept) ? readFileSync(kept, 'utf8') : join(this.home, 'postgres');
  }

  /** Where the embedded database lives from now on, also before anything else of the installation is there. */
  placeDatabase(): string {
    if (startedByRoot()) {
      mkdirSync(this.home, { recursive: true, mode: 0o700 });
      this.#keep(POSTGRES_PATH, () => join(POSTGRES_HOMES, randomBytes(6).toString('hex')));
    }
    return this.postgresHome;
  }

  /** Whether simulated hardware was made here. */
  get exists(): boolean {
    return existsSync(join(this.home, 'simulation.json'));
  }

  authority(): SimulationAuthority {
    const text = this.#keep('simulation.json', () => {
      return JSON.stringify(createSimulationAuthority((n) => new Uint8Array(randomBytes(n)), Date.now()));
    });
    return parseSimulationAuthority(parseJsonStrict(Buffer.from(text, 'utf8')));
  }

  /** Ed25519 seed of the reviewer of the demo. */
  approverSeed(): Uint8Array {
    return Buffer.from(this.#keep('approver.key', () => randomBytes(32).toString('hex')).trim(), 'hex');
  }

  get trustPath(): string {
    return join(this.home, 'trust.json');
  }

  get productionTrustPath(): string {
    return productionTrustPath(this.home);
  }

  /**
   * Writes both trust files. `trust.json` accepts simulated hardware and dev circuit keys, which verdicts go on to
   * name as such; `trust-production.json` knows the same keys and accepts neither.
   */
  writeTrust(keys: OrchestratorKeys): TrustFile {
    const trust = this.#trust(keys, true);
    this.#write('trust.json', encodeTrustFile(trust));
    this.#write('trust-production.json', encodeTrustFile(this.#trust(keys, false)));
    return trust;
  }

  readTrust(): TrustFile {
    return parseTrustFile(readFileSync(this.trustPath));
  }

  #trust(keys: OrchestratorKeys, development: boolean): TrustFile {
    return {
      v: 'sealflow/trust/v1',
      roots: { ...vendorTrustRoots, ...simulatedRoots(this.authority()) },
      policy: appraisalPolicy(development),
      circuits: { manifests: circuitManifestDigests(), allowDev: development },
      approvers: [toBase64(ed25519PublicKey(this.approverSeed()))],
      log: keys.log,
      orchestratorKeys: keys.orchestratorKeys,
      witnesses: [],
      witnessQuorum: 0,
    };
  }

  #keep(name: string, make: () => string): string {
    const file = join(this.home, name);
    if (!existsSync(file)) this.#write(name, Buffer.from(make(), 'utf8'));
    return readFileSync(file, 'utf8');
  }

  #write(name: string, bytes: Uint8Array): void {
    const file = join(this.home, name);
    writeFileSync(`${file}.new`, bytes, { mode: 0o600, flush: true });
    renameSync(`${file}.new`, file);
  }
}

function startedByRoot(): boolean {
  return process.getuid?.() === 0;
}

/** Reference values of the code that is installed here: each worker image may run its own operations and no other. */
function appraisalPolicy(allowSimulated: boolean): AppraisalPolicy {
  return {
    v: 'sealflow/appraisal-policy/v1',
    allowSimulated,
    gpu: { required: false },
    measurements: workerImages.map((image) => {
      const imageDigest = measureTree(projectRoot, image.folders);
      return {
        name: image.name,
        mrtd: simulatedMrtd(imageDigest),
        imageDigest,
        operations: [...image.operations, ...(image.atOwner ?? []), ...(image.withModel ?? [])],
      };
    }),
    bindingRules: ['sealflow/binding/v1'],
    freshness: ['nonce'],
    bindingLifetimeMsMax: BINDING_LIFETIME_MS_MAX,
  };
}

/** The circuit whose proof a ledger accepts. */
export function circuitManifestDigest(): Digest {
  return manifestDigestOf('scorecard');
}

/** Manifests of all circuits that this checkout carries, sorted by the circuits' names. */
export function circuitManifestDigests(): readonly Digest[] {
  const folder = join(projectRoot, 'apps/zk-prover/artifacts');
  return readdirSync(folder).sort().map(manifestDigestOf);
}

function manifestDigestOf(circuit: string): Digest {
  return digestOf(readFileSync(join(projectRoot, 'apps/zk-prover/artifacts', circuit, 'manifest.json')));
}
