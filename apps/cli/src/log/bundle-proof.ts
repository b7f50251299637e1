import { isJsonObject, parseJsonStrict } from '#canonical';
import { bundleLimits, type LogProof, parseLogProof, readContainer, type SeenTree } from '#evidence';
import { readBounded } from '../batch/read-bundle.js';
import { exitCode, UsageError } from '../output/failure.js';

/** Where a bundle says that it is in the log; nothing of it is believed here. */
export interface BundleProof {
  /** `sha256:` of the root that was logged. */
  readonly rootDigest: string;
  readonly proof: LogProof;
}

export function readBundleProof(file: string): BundleProof {
  const document = parseJsonStrict(readBounded(file, exitCode.malformed), bundleLimits);
  if (!isJsonObject(document)) throw new UsageError(`${file}: expected a bundle`, exitCode.malformed);
  const bundle = readContainer(document);
  const [entry] = bundle.log;
  if (entry === undefined) {
    throw new UsageError(
      `${file}: a bundle without a log entry: ask for the completed one`,
      exitCode.incomplete,
    );
  }
  return { rootDigest: bundle.root.digest, proof: parseLogProof(entry.proof) };
}

/** The tree that the maker of a bundle was shown. */
export function treeOf(file: string): SeenTree {
  const { size, root } = readBundleProof(file).proof.checkpoint;
  return { size, root, where: file };
}
