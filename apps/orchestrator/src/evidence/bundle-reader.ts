import { Injectable } from '@nestjs/common';
import { digestOf, isJsonObject, type JsonObject, parseJsonStrict } from '#canonical';
import type { PreviewRedactionRequest__Output, PreviewRedactionResponse } from '#contracts';
import { ApiError } from '#contracts';
import {
  EvidenceError,
  type ProfileName,
  parseStepPredicate,
  profileNames,
  readContainer,
  redactBundle,
  statementOf,
  stepPredicateType,
} from '#evidence';
import { BlobStore } from '../blobs/blob-store.js';
import { AccessLog } from '../log/access-log.js';
import { invalidField } from '../request-fields.js';
import { parseRunName } from '../runs/resource-names.js';
import { RunStore } from '../runs/run-store.js';

const WITHHOLD_MAX = 64;

type RedactionRequest = Pick<PreviewRedactionRequest__Output, 'run' | 'profile' | 'withhold'>;

/** Bundles of runs, whole or redacted, for both sides of the API. Each access is on record before the first byte goes. */
@Injectable()
export class BundleReader {
  constructor(
    private readonly runs: RunStore,
    private readonly blobs: BlobStore,
    private readonly access: AccessLog,
  ) {}

  /** @throws ApiError where there is none yet, or none any more */
  async digestOf(name: string): Promise<string> {
    const { tenant, runId } = parseRunName(name);
    const { bundle, state, evidenceDeletedAt } = await this.runs.getForTenant(tenant, runId);
    if (evidenceDeletedAt !== null) {
      throw new ApiError(
        'RETENTION_OVER',
        `run ${runId}: expected a run whose evidence is kept, got one whose bundle was deleted at ` +
          `${evidenceDeletedAt.toISOString()} as its retention rule says: its leaf in the log stays; a copy of the bundle verifies as before`,
        { facts: { deleted: evidenceDeletedAt.toISOString() } },
      );
    }
    if (bundle === null) {
      throw new ApiError(
        'RUN_NOT_FINISHED',
        `run ${runId}: expected a run that has ended, got ${state}: its bundle is made when it ends; watch the run and ask again`,
      );
    }
    return bundle;
  }

  /** @param actor as the access log names it */
  async download(name: string, actor: string): Promise<Buffer> {
    const bytes = await this.#bytes(name);
    // Before the first byte: whoever breaks off has had a part.
    await this.access.record({ ...parseRunName(name), actor, action: 'download-bundle' });
    return bytes;
  }

  async redacted(request: RedactionRequest, actor: string): Promise<{ readonly bytes: Buffer }> {
    const { redacted } = await this.#redact(request);
    await this.access.record({ ...parseRunName(request.run), actor, action: 'redact-bundle' });
    return { bytes: redacted };
  }

  /** Makes the same bytes, and looks at them: what is said of them is what whoever gets them sees. */
  async preview(request: RedactionRequest, actor: string): Promise<PreviewRedactionResponse> {
    const { whole, redacted } = await this.#redact(request);
    await this.access.record({ ...parseRunName(request.run), actor, action: 'preview-redaction' });
    const [all, left] = [documentOf(whole), documentOf(redacted)];
    const shown = readContainer(left);
    return {
      digest: digestOf(redacted),
      size: String(redacted.length),
      shownSteps: shown.steps.map(
        (step) => parseStepPredicate(statementOf(step, stepPredicateType).predicate).stepId,
      ),
      withheldSteps: shown.withheldSteps.length,
      detachedBlobs: [...shown.blobs].flatMap(([digest, { bytes }]) => (bytes === null ? [digest] : [])),
      withheldFields: disclosuresIn(all) - disclosuresIn(left),
      bundle: digestOf(whole),
    };
  }

  async #redact({ run, profile, withhold }: RedactionRequest): Promise<{ whole: Buffer; redacted: Buffer }> {
    const known = profileNames.find((name): name is ProfileName => name === profile);
    if (known === undefined) throw invalidField('profile', `one of ${profileNames.join(', ')}`);
    if (withhold.length > WITHHOLD_MAX) throw invalidField('withhold', `at most ${WITHHOLD_MAX} parts`);
    const whole = await this.#bytes(run);
    try {
      return { whole, redacted: Buffer.from(redactBundle(whole, { profile: known, withhold })) };
    } catch (error) {
      if (error instanceof EvidenceError && error.code === 'REDACTION_INVALID')
        throw invalidField('withhold', `parts of the bundle (${error.message})`);
      throw error;
    }
  }

  async #bytes(name: string): Promise<Buffer> {
    const digest = await this.digestOf(name);
    return this.blobs.getFor(parseRunName(name).tenant, digest);
  }
}

function documentOf(bytes: Uint8Array): JsonObject {
  const document = parseJsonStrict(bytes);
  return isJsonObject(document) ? document : {};
}

/** How many fields a bundle opens. */
function disclosuresIn(document: JsonObject): number {
  const opened = document['disclosures'];
  return Array.isArray(opened) ? opened.length : 0;
}
