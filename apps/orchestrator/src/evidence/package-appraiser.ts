import { Inject, Injectable } from '@nestjs/common';
import { type Appraisal, appraise, parseAppraisalPolicy } from '#attestation';
import { type Digest, formatTime, parseDigest, parseJsonStrict } from '#canonical';
import { buildAppraisalStatement, signStatement } from '#evidence';
import { type SiteFile, siteDigest } from '#worker';
import { BlobStore } from '../blobs/blob-store.js';
import type { RunRow, TaskRow } from '../runs/run-store.js';
import { CLOCK, type Clock, SITE } from '../tokens.js';
import { SigningKey } from './signing-key.js';

const CACHE_MAX = 512;

/**
 * The orchestrator's own appraisal of evidence, under the policy that the client pinned.
 *
 * It decides whether a result may advance the graph and it goes into the bundle as a claim. Nobody has to believe
 * it: clients, hops and the verifier appraise the same bytes themselves.
 */
@Injectable()
export class PackageAppraiser {
  readonly #cache = new Map<string, Appraisal>();

  constructor(
    private readonly blobs: BlobStore,
    private readonly key: SigningKey,
    @Inject(SITE) private readonly site: SiteFile,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async appraise(evidencePackage: Digest, policyDigest: Digest): Promise<Appraisal> {
    const cacheKey = `${evidencePackage} ${policyDigest}`;
    const cached = this.#cache.get(cacheKey);
    if (cached?.binding != null && cached.binding.notAfterMs > this.clock()) return cached;
    const policy = parseAppraisalPolicy(parseJsonStrict(await this.blobs.get(policyDigest)));
    const appraisal = appraise({
      evidence: await this.blobs.get(evidencePackage),
      roots: this.site.roots,
      policy,
      expectedNonce: null,
      at: this.clock(),
      policyDigest,
    });
    if (this.#cache.size >= CACHE_MAX) this.#cache.clear();
    this.#cache.set(cacheKey, appraisal);
    return appraisal;
  }

  /** Signed appraisals of every package that a step of the run names, each once. */
  async appraisals(run: RunRow, tasks: readonly TaskRow[]): Promise<Uint8Array[]> {
    const packages = new Set<Digest>();
    for (const task of tasks) {
      const [first] = task.blobs ?? [];
      // The agent names the evidence package of its statement first.
      if (first !== undefined) packages.add(parseDigest(first));
    }
    const statements: Uint8Array[] = [];
    for (const evidencePackage of packages) {
      const policy = parseDigest(run.policy);
      const { ear, checks, verdict, level } = await this.appraise(evidencePackage, policy);
      const statement = buildAppraisalStatement({
        package: evidencePackage,
        ear,
        checks,
        validationTime: formatTime(this.clock()),
        inputs: { policy, trustRoot: siteDigest(this.site), collateral: [] },
        verdict,
        level,
      });
      statements.push(signStatement({ statement, seed: this.key.seed }));
    }
    return statements;
  }
}
