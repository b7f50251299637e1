import { randomBytes } from 'node:crypto';
import { ed25519PublicKey, fromBase64, leafHash, merkleRoot, utf8 } from '#canonical';
import {
  cosignNote,
  formatCheckpoint,
  formatLogProof,
  formatNote,
  formatVerifierKey,
  type LogProof,
  type NoteSignature,
  noteKeyTypes,
  noteVerifierKey,
  parseLogProof,
  signNote,
  type TrustFile,
} from '#evidence';
import type { Answer, AttackCase, Scene } from '../attack-case.js';
import { judged } from '../auditor/changed-bundles.js';

const WITNESS = 'attack.sealflow.example/witness';
const YEAR_S = 365 * 24 * 3_600;

/** Bundles under a checkpoint that the log, or a witness whom the reader asks for, did not sign. */
export const otherCheckpoints: readonly AttackCase[] = (
  [
    [
      'checkpoint-of-a-stranger',
      'put the run into a log of its own making, under the name of the log',
      'LOG_SIGNATURE_MISSING',
      ofAStranger,
    ],
    [
      'witness-of-its-own',
      'have a witness of its own sign in the place of the one whom the reader asks for',
      'WITNESS_QUORUM_NOT_MET',
      (scene) => witnessed(scene, cosignedByAnother),
    ],
    [
      'witness-forged',
      'pass what a witness signed of another checkpoint off as its word on this one',
      'WITNESS_SIGNATURE_INVALID',
      (scene) => witnessed(scene, cosignedBefore),
    ],
    [
      'run-dated-back',
      'have a friendly witness date the log back, so that the run seems to be older than it is',
      'TIME_INCONSISTENT',
      (scene) => witnessed(scene, cosignedLongAgo),
    ],
  ] satisfies readonly (readonly [string, string, string, (scene: Scene) => Promise<Answer>])[]
).map(([name, tries, expected, attack]) => ({
  name,
  actor: 'orchestrator',
  tries,
  expected,
  noticedBy: 'verifier',
  needs: 'target',
  leaves: '',
  attack,
}));

function ofAStranger(scene: Scene): Promise<Answer> {
  const seed = randomBytes(32);
  return judged(scene, ({ log }) => {
    for (const entry of log) {
      const root = merkleRoot([leafHash(fromBase64(entry.leaf))]);
      const { origin: name } = parseLogProof(entry.proof).checkpoint;
      const text = formatCheckpoint({ origin: name, size: 1, root });
      const checkpointNote = formatNote({ text, signatures: [signNote({ text, name, seed })] });
      entry.proof = formatLogProof({ index: 0, path: [], checkpointNote });
    }
  });
}

/** As a reader whose trust file names one witness, and asks for it, would judge. */
function witnessed(
  scene: Scene,
  cosign: (proof: LogProof, seed: Uint8Array) => readonly NoteSignature[],
): Promise<Answer> {
  const seed = randomBytes(32);
  const key = noteVerifierKey(WITNESS, noteKeyTypes.cosignature, ed25519PublicKey(seed));
  const { trust } = scene.client.options;
  const asking: TrustFile = { ...trust, witnesses: [formatVerifierKey(key)], witnessQuorum: 1 };
  return judged(
    scene,
    (bundle) => {
      for (const entry of bundle.log) {
        const proof = parseLogProof(entry.proof);
        const signatures = [...proof.note.signatures, ...cosign(proof, seed)];
        entry.proof = formatLogProof({ ...proof, checkpointNote: formatNote({ ...proof.note, signatures }) });
      }
    },
    asking,
  );
}

/** Of the same name, over the right tree, with a key that the reader does not know. */
function cosignedByAnother({ note }: LogProof): readonly NoteSignature[] {
  const timeS = Math.floor(Date.now() / 1_000);
  return [cosignNote({ text: note.text, name: WITNESS, seed: randomBytes(32), timeS })];
}

/** By the witness that the reader asks for, over the right tree, with a time from before the run began. */
function cosignedLongAgo({ note }: LogProof, seed: Uint8Array): readonly NoteSignature[] {
  const timeS = Math.floor(Date.now() / 1_000) - YEAR_S;
  return [cosignNote({ text: note.text, name: WITNESS, seed, timeS })];
}

/** A genuine signature of the witness, over the tree before. */
function cosignedBefore({ checkpoint }: LogProof, seed: Uint8Array): readonly NoteSignature[] {
  const { origin, size } = checkpoint;
  const text = formatCheckpoint({ origin, size: size + 1, root: leafHash(utf8('another tree')) });
  return [cosignNote({ text, name: WITNESS, seed, timeS: 1 })];
}
