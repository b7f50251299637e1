import { canonicalBytes, parseJsonStrict, utf8 } from '#canonical';
import { goldenBundle } from './golden-bundles.js';
import type { Answer } from './golden-verdict.js';

/** A golden bundle that somebody changed, and what the verifier must say of it. */
export interface Forgery {
  readonly of: string;
  readonly what: string;
  readonly bytes: Uint8Array;
  readonly acceptWithheld: boolean;
  readonly answer: Answer;
}

interface Envelope {
  payload: string;
  payloadType: string;
  signatures: { sig: string }[];
}

interface Stamp {
  token: string;
  chain: string[];
  crls: string[];
}

/** A bundle as plain data; members that this bundle lacks are a broken table. */
interface Open {
  mediaType: string;
  root: Envelope;
  steps: Envelope[];
  stepProofs: { leafSalt: string; path: string[] }[];
  withheldSteps: { index: number; leafHash: string; path: string[] }[];
  blobs: Record<string, { mediaType: string; size: number; data: string }>;
  log: { proof: string }[];
  timestamps: Stamp[];
  renewals: { checkpoint: string; consistency: string[]; timestamp: Stamp }[];
  disclosures: string[];
}

type Change = (bundle: Open) => void;
type Row = readonly [of: string, what: string, exitCode: number, reason: string, change: Change];

const changes: readonly Row[] = [
  [
    'v1/approved',
    'with another end of the run in its root',
    1,
    'LOG_LEAF_MISMATCH',
    ({ root }) => edit(root, '"completed"', '"cancelled"'),
  ],
  [
    'v2/approved',
    'with another end of the run in its root',
    1,
    'LOG_LEAF_MISMATCH',
    ({ root }) => edit(root, '"completed"', '"cancelled"'),
  ],
  [
    'v2/approved',
    'with another signature of its root',
    1,
    'ROOT_SIGNATURE_INVALID',
    ({ root }) => {
      const signature = first(root.signatures);
      signature.sig = other(signature.sig);
    },
  ],
  [
    'v2/approved',
    'with another signature of a step',
    1,
    'STEP_SIGNATURE_INVALID',
    ({ steps }) => {
      const signature = first(first(steps).signatures);
      signature.sig = other(signature.sig);
    },
  ],
  [
    'v2/reviewed',
    'whose person decided otherwise',
    1,
    'DISCLOSURE_UNUSED',
    (bundle) => {
      bundle.disclosures = bundle.disclosures.map((text) =>
        encoded(decoded(text).replace('"approve"', '"decline"')),
      );
    },
  ],
  [
    'v2/approved',
    'with a fact of another run',
    1,
    'DISCLOSURE_UNUSED',
    ({ disclosures }) => {
      disclosures[0] = first(open('v2/overdrawn').disclosures);
    },
  ],
  [
    'v2/approved',
    'with a changed blob',
    1,
    'BLOB_DIGEST_MISMATCH',
    ({ blobs }) => {
      const blob = first(Object.values(blobs));
      blob.data = other(blob.data);
    },
  ],
  [
    'v2/approved',
    'without a blob that it names',
    3,
    'BLOB_MISSING',
    ({ blobs }) => {
      delete blobs[first(Object.keys(blobs))];
    },
  ],
  [
    'v1/approved',
    'with a step of another run',
    1,
    'STEP_PROOF_MISSING',
    ({ steps }) => {
      steps[0] = first(open('v1/declined').steps);
    },
  ],
  [
    'v2/approved',
    'with a salt of the step tree that is another',
    1,
    'STEP_INCLUSION_INVALID',
    ({ stepProofs }) => {
      const proof = first(stepProofs);
      proof.leafSalt = other(proof.leafSalt);
    },
  ],
  [
    'v2/approved',
    'with the place of another run in the log',
    1,
    'LOG_INCLUSION_INVALID',
    ({ log }) => {
      first(log).proof = first(open('v2/reviewed').log).proof;
    },
  ],
  [
    'v2/approved',
    'with a cosignature that its witness did not make',
    1,
    'WITNESS_SIGNATURE_INVALID',
    ({ log }) => {
      const entry = first(log);
      entry.proof = entry.proof.replace(
        /(— auditor\.example .{20})(.)/,
        (_line, head, letter) => `${head}${letter === 'A' ? 'B' : 'A'}`,
      );
    },
  ],
  [
    'v2/approved',
    'without its witness',
    4,
    'WITNESS_QUORUM_NOT_MET',
    ({ log }) => {
      const entry = first(log);
      entry.proof = entry.proof.replace(/— auditor\.example .*\n/, '');
    },
  ],
  [
    'v2/approved',
    'that has no place in the log',
    3,
    'LOG_PENDING',
    (bundle) => {
      bundle.log = [];
    },
  ],
  [
    'v2/approved',
    'with a changed timestamp',
    1,
    'TIMESTAMP_SIGNATURE_INVALID',
    ({ timestamps }) => {
      const stamp = first(timestamps);
      const token = Buffer.from(stamp.token, 'base64');
      token.writeUInt8(token.readUInt8(token.length - 1) ^ 1, token.length - 1);
      stamp.token = token.toString('base64');
    },
  ],
  [
    'v2/approved',
    'with the timestamps of a later tree',
    1,
    'TIMESTAMP_OVER_OTHER_CHECKPOINT',
    (bundle) => {
      bundle.timestamps = open('v2/spent').timestamps;
    },
  ],
  [
    'v2/approved',
    'with one timestamp of two',
    4,
    'TIMESTAMP_QUORUM_NOT_MET',
    ({ timestamps }) => {
      timestamps.pop();
    },
  ],
  [
    'v2/approved',
    'with one timestamp twice',
    4,
    'TIMESTAMP_QUORUM_NOT_MET',
    ({ timestamps }) => {
      timestamps[1] = first(timestamps);
    },
  ],
  [
    'v2/approved',
    'without timestamps',
    3,
    'TIMESTAMP_PENDING',
    (bundle) => {
      bundle.timestamps = [];
    },
  ],
  [
    'v2/renewed',
    'with a renewal that does not continue its log',
    1,
    'RENEWAL_INVALID',
    ({ renewals }) => {
      const renewal = first(renewals);
      renewal.consistency = renewal.consistency.map(other);
    },
  ],
  [
    'v2/renewed',
    'without the renewal in between',
    1,
    'RENEWAL_INVALID',
    ({ renewals }) => {
      renewals.shift();
    },
  ],
  [
    'v2/renewed',
    'with a renewal whose timestamp is over another tree',
    1,
    'TIMESTAMP_OVER_OTHER_CHECKPOINT',
    ({ renewals }) => {
      const [one, two] = renewals;
      if (one !== undefined && two !== undefined) one.timestamp = two.timestamp;
    },
  ],
  [
    'v2/overdrawn-without-step',
    'with another leaf for the step that is withheld',
    1,
    'STEP_INCLUSION_INVALID',
    ({ withheldSteps }) => {
      const step = first(withheldSteps);
      step.leafHash = other(step.leafHash);
    },
  ],
  [
    'v2/overdrawn-without-step',
    'without the leaf of the step that is withheld',
    3,
    'STEP_MISSING',
    (bundle) => {
      bundle.withheldSteps = [];
    },
  ],
  [
    'v2/approved-public',
    'with a step that was withheld from another run',
    1,
    'STEP_INCLUSION_INVALID',
    (bundle) => {
      bundle.withheldSteps = bundle.withheldSteps.map((step) => ({
        ...step,
        leafHash: first(open('v2/overdrawn-without-step').withheldSteps).leafHash,
      }));
    },
  ],
  [
    'v2/approved',
    'of a later version',
    6,
    'BUNDLE_VERSION_UNSUPPORTED',
    (bundle) => {
      bundle.mediaType = bundle.mediaType.replace('.v1+', '.v9+');
    },
  ],
  [
    'v2/approved',
    'that is something else',
    7,
    'BUNDLE_MEDIA_TYPE_UNKNOWN',
    (bundle) => {
      bundle.mediaType = 'application/json';
    },
  ],
];

const texts: readonly (readonly [
  what: string,
  exitCode: number,
  reason: string,
  (text: string) => string,
])[] = [
  ['that was cut', 7, 'JSON_SYNTAX', (text) => text.slice(0, text.length / 2)],
  ['of no bytes', 7, 'JSON_SYNTAX', () => ''],
  ['with a member twice', 7, 'JSON_DUPLICATE_KEY', (text) => `{"root":1,${text.slice(1)}`],
  ['with a fraction', 7, 'JSON_FLOAT', (text) => `{"x":1.5,${text.slice(1)}`],
  [
    'that nests too deep',
    7,
    'JSON_DEPTH',
    (text) => `{"x":${'['.repeat(40)}${']'.repeat(40)},${text.slice(1)}`,
  ],
];

const words: Readonly<Record<number, string>> = {
  1: 'failed',
  3: 'incomplete',
  4: 'policy',
  6: 'version',
  7: 'malformed',
};

export const forgeries: readonly Forgery[] = [
  ...changes.map(([of, what, exitCode, reason, change]) => ({
    ...{ of, what, bytes: changed(of, change) },
    acceptWithheld: /without-step|public/.test(of),
    answer: { exitCode, outcome: words[exitCode] ?? '', reason },
  })),
  ...texts.map(([what, exitCode, reason, change]) => ({
    ...{ of: 'v2/approved', what, bytes: utf8(change(textOf('v2/approved'))) },
    acceptWithheld: false,
    answer: { exitCode, outcome: words[exitCode] ?? '', reason },
  })),
];

function changed(of: string, change: Change): Uint8Array {
  const before = textOf(of);
  const bundle = open(of);
  change(bundle);
  const bytes = canonicalBytes(parseJsonStrict(utf8(JSON.stringify(bundle))));
  if (new TextDecoder().decode(bytes) === before) throw new RangeError(`${of}: nothing was changed`);
  return bytes;
}

function open(of: string): Open {
  return JSON.parse(textOf(of)) as Open;
}

function textOf(of: string): string {
  return new TextDecoder().decode(goldenBundle(of).bytes);
}

function edit(envelope: Envelope, from: string, to: string): void {
  const payload = Buffer.from(envelope.payload, 'base64').toString('utf8');
  envelope.payload = Buffer.from(payload.replace(from, to)).toString('base64');
}

function decoded(base64url: string): string {
  return Buffer.from(base64url, 'base64url').toString('utf8');
}

function encoded(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64url');
}

/** Another text of base64, as long. */
function other(base64: string): string {
  return base64.replace(/^(....)(.)/, (_all, head, letter) => `${head}${letter === 'A' ? 'B' : 'A'}`);
}

function first<T>(items: readonly T[] | undefined): T {
  const [item] = items ?? [];
  if (item === undefined) throw new RangeError('expected an item, got none');
  return item;
}
