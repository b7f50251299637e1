import { canonicalBytes, type Digest, digestOf, isJsonObject, parseJsonStrict } from '#canonical';
import { bundleLimits } from '../bundle/bundle-limits.js';
import { readContainer } from '../bundle/container.js';
import { blobMediaTypes } from '../bundle/media-types.js';
import { blobReferences } from '../bundle/references.js';
import { envelopeToJson, statementOf } from '../dsse/envelope.js';
import { parseRootPredicate, rootPredicateType } from '../statements/root.js';
import { parseStepPredicate, stepPredicateType } from '../statements/step.js';
import type { TrustFile } from '../trust/trust-file.js';

/*
 * What a step rests on, as bytes that a reader takes away and looks at with other tools. Nothing here is verified: the
 * verdict has said what it is worth.
 */

export interface StepPart {
  readonly what: 'statement' | 'evidence';
  readonly mediaType: string;
  /** Of the bytes that `partOf` gives. */
  readonly digest: Digest;
  readonly size: number;
  /** False for a part that the bundle only names. */
  readonly carried: boolean;
}

export interface StepParts {
  readonly stepId: string;
  /** Null when withheld. */
  readonly executor: string | null;
  readonly signKey: string;
  /** Of the image or the program, as the executor states it. */
  readonly softwareDigest: Digest;
  /** Reference values of the reader's own policy that name this image. */
  readonly references: readonly {
    readonly name: string;
    readonly measurement: string;
    readonly operations: readonly string[];
  }[];
  readonly parts: readonly StepPart[];
}

/** Of every step that is shown; nothing for a file that is no bundle. */
export function stepPartsOf(bytes: Uint8Array, trust: Pick<TrustFile, 'policy'>): readonly StepParts[] {
  return read(bytes, [], ({ bundle, root }) =>
    bundle.steps.map((envelope) => {
      const step = parseStepPredicate(statementOf(envelope, stepPredicateType).predicate);
      const statement = canonicalBytes(envelopeToJson(envelope));
      const { softwareDigest } = step.executor;
      const named = blobReferences(root, [step], (digest) => bundle.blobs.get(digest)?.bytes ?? null);
      return {
        stepId: step.stepId,
        executor: step.executor.id,
        signKey: step.executor.key,
        softwareDigest,
        references: trust.policy.measurements
          .filter(({ imageDigest }) => imageDigest === softwareDigest)
          .map(({ name, mrtd, operations }) => ({ name, measurement: mrtd, operations })),
        parts: [
          {
            what: 'statement' as const,
            mediaType: blobMediaTypes.envelope,
            digest: digestOf(statement),
            size: statement.length,
            carried: true,
          },
          ...named
            .filter(({ by }) => by === step.stepId)
            .map(({ digest, mediaType }) => ({
              what: 'evidence' as const,
              mediaType,
              digest,
              size: bundle.blobs.get(digest)?.size ?? 0,
              carried: (bundle.blobs.get(digest)?.bytes ?? null) !== null,
            })),
        ],
      };
    }),
  );
}

/** Bytes of a part by their digest, which is recomputed; null where the bundle does not carry them. */
export function partOf(bytes: Uint8Array, digest: string): Uint8Array | null {
  return read(bytes, null, ({ bundle }) => {
    const statements = bundle.steps.map((envelope) => canonicalBytes(envelopeToJson(envelope)));
    const blobs = [...bundle.blobs.values()].flatMap(({ bytes: blob }) => (blob === null ? [] : [blob]));
    return [...statements, ...blobs].find((part) => digestOf(part) === digest) ?? null;
  });
}

function read<T>(
  bytes: Uint8Array,
  otherwise: T,
  make: (read: {
    readonly bundle: ReturnType<typeof readContainer>;
    readonly root: ReturnType<typeof parseRootPredicate>;
  }) => T,
): T {
  try {
    const document = parseJsonStrict(bytes, bundleLimits);
    if (!isJsonObject(document)) return otherwise;
    const bundle = readContainer(document);
    return make({ bundle, root: parseRootPredicate(statementOf(bundle.root, rootPredicateType).predicate) });
  } catch {
    return otherwise;
  }
}
