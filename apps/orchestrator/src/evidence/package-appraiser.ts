import { Inject, Injectable } from '@nestjs/common';
import {
  type Appraisal,
  appraise,
  type Collateral,
  encodeCollateral,
  parseAppraisalPolicy,
} from '#attestation';
import { type Digest, formatTime, parseDigest, parseJsonStrict } from '#canonical';
import { DeviceCollateral } from '#collateral';
import { buildAppraisalStatement, signStatement } from '#evidence';
import { type SiteFile, siteDigest } from '#worker';
import { BlobStore, PUBLIC } from '../blobs/blob-store.js';
import type { RunRow, TaskRow } from '../runs/run-store.js';
import { CLOCK, type Clock, SITE } from '../tokens.js';
import { SigningKey } from './signing-key.js';

const CACHE_MAX = 512;

interface Appraised {
  readonly appraisal: Appraisal;
  /** What vendors said about its devices, beyond what the package carries. */
  readonly collateral: readonly Collateral[];
  readonly atMs: number;
  /** Signed once: every run that it is for gets the same words about the same look. */
  statement?: Uint8Array;
}

/** Signed appraisals of a run, and the blobs that they name. */
export interface StoredAppraisals {
  /** Of each package. */
  readonly levels: ReadonlyMap<Digest, Appraisal['level']>;
  readonly statements: readonly Uint8Array[];
  readonly collateral: readonly Digest[];
}

/**
 * The orchestrator's own appraisal of evidence, under the policy that the client pinned.
 *
 * It decides whether a result may advance the graph and it goes into the bundle as a claim. Nobody has to believe
 * it: clients, hops and the verifier appraise the same bytes themselves.
 */
@Injectable()
export class PackageAppraiser {
  readonly #cache = new Map<string, Appraised>();

  constructor(
    private readonly blobs: BlobStore,
    private readonly key: SigningKey,
    private readonly devices: DeviceCollateral,
    @Inject(SITE) private readonly site: SiteFile,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async appraise(evidencePackage: Digest, policyDigest: Digest): Promise<Appraisal> {
    return (await this.#appraised(evidencePackage, policyDigest)).appraisal;
  }

  async #appraised(evidencePackage: Digest, policyDigest: Digest): Promise<Appraised> {
    const cacheKey = `${evidencePackage} ${policyDigest}`;
    const cached = this.#cache.get(cacheKey);
    const binding = cached?.appraisal.binding ?? null;
    if (cached !== undefined && binding !== null && binding.notAfterMs > this.clock()) return cached;
    const pinned = parseAppraisalPolicy(parseJsonStrict(await this.blobs.get(policyDigest)));
    const evidence = await this.blobs.get(evidencePackage);
    const { roots } = this.site;
    const collateral = await this.devices.of(evidencePackage, evidence);
    const policy = this.devices.raised(pinned);
    const at = this.clock();
    const appraisal = appraise({
      evidence,
      roots,
      policy,
      expectedNonce: null,
      at,
      policyDigest,
      collateral,
    });
    if (this.#cache.size >= CACHE_MAX) this.#cache.clear();
    const appraised: Appraised = { appraisal, collateral, atMs: at };
    this.#cache.set(cacheKey, appraised);
    return appraised;
  }

  /** Signed appraisals of every package that a step of the run names, each once, and the vendor data behind them. */
  async appraisals(run: RunRow, tasks: readonly TaskRow[]): Promise<StoredAppraisals> {
    const packages = new Set<Digest>();
    for (const task of tasks) {
      const [first] = task.blobs ?? [];
      // The agent names the evidence package of its statement first.
      if (first !== undefined) packages.add(parseDigest(first));
    }
    const statements: Uint8Array[] = [];
    const levels = new Map<Digest, Appraisal['level']>();
    const carried = new Set<Digest>();
    for (const evidencePackage of packages) {
      const policy = parseDigest(run.policy);
      const appraised = await this.#appraised(evidencePackage, policy);
      const pieces: Digest[] = [];
      for (const piece of appraised.collateral)
        pieces.push(await this.blobs.put(encodeCollateral(piece), PUBLIC));
      for (const piece of pieces) carried.add(piece);
      appraised.statement ??= this.#signed(appraised, evidencePackage, policy, pieces);
      statements.push(appraised.statement);
      levels.set(evidencePackage, appraised.appraisal.level);
    }
    return { levels, statements, collateral: [...carried] };
  }
  #signed(
    { appraisal, atMs }: Appraised,
    evidencePackage: Digest,
    policy: Digest,
    collateral: readonly Digest[],
  ): Uint8Array {
    const { ear, checks, verdict, level } = appraisal;
    const inputs = { policy, trustRoot: siteDigest(this.site), collateral };
    const validationTime = formatTime(atMs);
    const statement = buildAppraisalStatement({
      package: evidencePackage,
      ...{ ear, checks, validationTime, inputs, verdict, level },
    });
    return signStatement({ statement, seed: this.key.seed });
  }
}
