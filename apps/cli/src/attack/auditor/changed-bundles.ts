import { readFileSync } from 'node:fs';
import { canonicalBytes, parseJsonStrict, utf8 } from '#canonical';
import { type TrustFile, type VerifyOptions, verifyBundle } from '#evidence';
import { type Answer, type AttackCase, paidRun, type Scene } from '../attack-case.js';

interface Envelope {
  payload: string;
  signatures: { sig: string }[];
}

/** A bundle as plain data, as far as these attacks reach. */
export interface OpenBundle {
  root: Envelope;
  steps: Envelope[];
  stepProofs: { leafSalt: string }[];
  blobs: Record<string, { data: string }>;
  log: { proof: string; leaf: string }[];
  disclosures: string[];
  withheldSteps?: object[];
}

export type BundleChange = (bundle: OpenBundle, other: OpenBundle) => void;

/** Somebody who was given evidence, and hands it on otherwise than it was. */
export const changedBundles: readonly AttackCase[] = (
  [
    [
      'end-changed',
      'say that the run ended otherwise',
      'LOG_LEAF_MISMATCH',
      ({ root }) => {
        const payload = Buffer.from(root.payload, 'base64').toString('utf8');
        root.payload = Buffer.from(payload.replace('"completed"', '"cancelled"')).toString('base64');
      },
    ],
    [
      'step-signature-changed',
      'sign a step in the name of its worker',
      'STEP_SIGNATURE_INVALID',
      ({ steps }) => {
        const signature = first(first(steps).signatures);
        signature.sig = other(signature.sig);
      },
    ],
    [
      'step-of-another-run',
      'put a step of another run in the place of one',
      'DISCLOSURE_UNUSED',
      (bundle, foreign) => {
        bundle.steps[0] = first(foreign.steps);
      },
    ],
    [
      'step-tree-changed',
      'give a step another place among the steps of its run',
      'STEP_INCLUSION_INVALID',
      ({ stepProofs }) => {
        const proof = first(stepProofs);
        proof.leafSalt = other(proof.leafSalt);
      },
    ],
    [
      'evidence-changed',
      'change a byte of the evidence that steps name',
      'BLOB_DIGEST_MISMATCH',
      ({ blobs }) => {
        const blob = first(Object.values(blobs));
        blob.data = other(blob.data);
      },
    ],
    [
      'fact-of-another-run',
      'put a fact of another run in the place of one',
      'DISCLOSURE_UNUSED',
      (bundle, foreign) => {
        bundle.disclosures[0] = first(foreign.disclosures);
      },
    ],
    [
      'log-place-of-another-run',
      'prove by the place of another run that this one is in the log',
      'LOG_INCLUSION_INVALID',
      ({ log }, foreign) => {
        first(log).proof = first(foreign.log).proof;
      },
    ],
  ] satisfies readonly (readonly [name: string, tries: string, expected: string, change: BundleChange])[]
).map(([name, tries, expected, change]) => ({
  name,
  actor: 'auditor',
  tries,
  expected,
  noticedBy: 'verifier',
  needs: 'target',
  leaves: '',
  attack: (scene) => judged(scene, change),
}));

/** What a reader of the paid run's bundle says after the change, under the customer's trust file unless another is given. */
export async function judged(
  scene: Scene,
  change: BundleChange,
  trust = scene.client.options.trust,
): Promise<Answer> {
  const { bundlePath } = await paidRun(scene);
  const foreign = (await scene.credit()).runs[1];
  if (foreign === undefined) throw new Error('no second run');
  const other = JSON.parse(readFileSync(foreign.bundlePath, 'utf8')) as OpenBundle;
  return judgedBytes(
    changedFrom(readFileSync(bundlePath), (bundle) => change(bundle, other)),
    { at: null },
    trust,
  );
}

/** The same of what a reader was given of it, who accepts that parts are withheld as long as that is said. */
export async function judgedAfter(
  scene: Scene,
  redacted: (whole: Uint8Array) => Uint8Array,
  change: (bundle: OpenBundle) => void,
): Promise<Answer> {
  const given = redacted(readFileSync((await paidRun(scene)).bundlePath));
  const options = { at: null, acceptWithheld: true } as const;
  const { trust } = scene.client.options;
  const honest = await judgedBytes(given, options, trust);
  if (honest.reason !== null) throw new Error(`before the change: ${honest.reason}`);
  return judgedBytes(changedFrom(given, change), options, trust);
}

function changedFrom(before: Uint8Array, change: (bundle: OpenBundle) => void): Uint8Array {
  const bundle = JSON.parse(Buffer.from(before).toString('utf8')) as OpenBundle;
  change(bundle);
  const bytes = canonicalBytes(parseJsonStrict(utf8(JSON.stringify(bundle))));
  if (Buffer.from(before).equals(bytes)) throw new Error('nothing of the bundle was changed');
  return bytes;
}

async function judgedBytes(bytes: Uint8Array, options: VerifyOptions, trust: TrustFile): Promise<Answer> {
  const { outcome, reason, exitCode } = await verifyBundle(bytes, trust, options);
  const detail = `verdict ${outcome}, exit code ${exitCode}`;
  return { reason: outcome === 'verified' ? null : reason, detail };
}

/** Another text of base64, as long. */
function other(base64: string): string {
  return base64.replace(/^(....)(.)/, (_all, head, letter) => `${head}${letter === 'A' ? 'B' : 'A'}`);
}

function first<T>(items: readonly T[]): T {
  const [item] = items;
  if (item === undefined) throw new RangeError('expected an item, got none');
  return item;
}
